#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace seltzer::detail {

/// The most keys of one table, so that 32 bits tell a slot or an entry.
inline constexpr std::size_t aggregationLimit = std::size_t{1} << 31;

/// How many slots an open-addressing table has, and how many of them may be taken. In small tables a probe that goes on
/// to the next slot costs most as a mispredicted branch, so they are left emptier: among 1000 keys 2.7 ns a look-up at
/// an eighth, 3.5 at a quarter, 6 at a half. Large tables wait for memory, not for branches, and are half full.
class SlotCount {
 public:
  explicit SlotCount(std::size_t slots) : slots_(slots) {}

  std::size_t slots() const { return slots_; }

  template <class Slot>
  std::size_t mostKeys() const {
    const std::size_t bytes = slots_ * sizeof(Slot);
    if (bytes <= nearCacheBytes / 4) return slots_ / 8;
    return bytes <= 4 * nearCacheBytes ? slots_ / 4 : slots_ / 2;
  }
  SlotCount next() const { return SlotCount(slots_ == 0 ? 1024 : slots_ * 2); }

  /// A table of up to so many bytes stays in a core's own caches, and prefetching would only cost.
  static constexpr std::size_t nearCacheBytes = std::size_t{512} << 10;

 private:
  std::size_t slots_;
};

/// Throws std::length_error if a table of `size` keys may not take one more.
inline void requireRoomForKey(std::size_t size, std::size_t limit) {
  if (size >= limit) {
    throw std::length_error("aggregation: more than " + std::to_string(limit) +
                            " keys in one partition; use more partitions");
  }
}

}  // namespace seltzer::detail
