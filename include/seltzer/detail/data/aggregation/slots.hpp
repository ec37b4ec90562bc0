#pragma once

#include <cstddef>
#include <cstdint>

namespace seltzer::detail {

/// The most keys of one table, so that 32 bits identify a slot or an entry.
inline constexpr std::size_t aggregationLimit = std::size_t{1} << 31;

/// The number of slots of an open-addressing table, and how many of them may be used. In small tables the main cost of
/// a collision is the mispredicted branch, so they are kept emptier: with 1000 keys, a look-up takes 2.7 ns at a load
/// of 1/8, 3.5 at 1/4, 6 at 1/2. Large tables are bound by memory, and filled to a half.
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

  /// The next one, or the first thereafter that has room for `keys` keys.
  template <class Slot>
  SlotCount nextFor(std::size_t keys) const {
    SlotCount count = next();
    while (count.mostKeys<Slot>() < keys) count = count.next();
    return count;
  }

  /// A table of up to this size stays in a core's private caches, where prefetching does not pay.
  static constexpr std::size_t nearCacheBytes = std::size_t{512} << 10;

 private:
  std::size_t slots_;
};

/// Throws std::length_error if a table of `size` keys may not take another.
void requireRoomForKey(std::size_t size, std::size_t limit);

}  // namespace seltzer::detail
