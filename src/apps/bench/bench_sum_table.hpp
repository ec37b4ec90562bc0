/// The best hash-table loop that sums values by int64 key on one core: the yardstick of `reduceByKey`.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench_keys.hpp"

namespace bench {

/// Open addressing, key and sum side by side, at most half full; the slots of a block of keys are prefetched.
class SumTable {
 public:
  explicit SumTable(std::size_t keys) : slots_(std::bit_ceil(2 * keys)), mask_(slots_.size() - 1) {}

  /// Adds the pairs `pairAt(i)` for i in [begin, end).
  template <class PairAt>
  void add(std::int64_t begin, std::int64_t end, PairAt pairAt) {
    std::array<Pair, block> pairs;
    std::array<std::size_t, block> slots;
    for (; begin < end; begin += block) {
      const auto count = static_cast<std::size_t>(std::min<std::int64_t>(block, end - begin));
      for (std::size_t i = 0; i < count; ++i) {
        pairs[i] = pairAt(begin + static_cast<std::int64_t>(i));
        slots[i] = mixed(static_cast<std::uint64_t>(pairs[i].first)) & mask_;
        __builtin_prefetch(&slots_[slots[i]], 1);
      }
      for (std::size_t i = 0; i < count; ++i) {
        std::size_t at = slots[i];
        while (slots_[at].used && slots_[at].key != pairs[i].first) at = (at + 1) & mask_;
        if (!slots_[at].used) ++size_;
        slots_[at].used = true;
        slots_[at].key = pairs[i].first;
        slots_[at].sum += pairs[i].second;
      }
    }
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::int64_t block = 64;
  struct Slot {
    std::int64_t key = 0;
    std::int64_t sum = 0;
    bool used = false;
  };

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::size_t size_ = 0;
};

}  // namespace bench
