#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "fixture.hpp"

namespace seltzer::test {

using Numbers = std::vector<std::int64_t>;

/// Partitions of numbers, and how many of them were computed.
struct Counted {
  explicit Counted(std::int64_t n, std::int64_t partitions, std::int64_t factor = 3)
      : calls(context().accumulator(std::int64_t{0})),
        rdd(context().range(0, n, 1, partitions).map([added = calls, factor](std::int64_t x) {
          added.add(1);
          return x * factor;
        })) {
    for (std::int64_t i = 0; i < n; ++i) elements.push_back(i * factor);
  }
  std::int64_t sum() const { return std::accumulate(elements.begin(), elements.end(), std::int64_t{0}); }

  Accumulator<std::int64_t> calls;
  RDD<std::int64_t> rdd;
  Numbers elements;
};

inline constexpr StorageLevel levels[] = {
    StorageLevel::MEMORY_ONLY,           StorageLevel::DISK_ONLY,           StorageLevel::MEMORY_AND_DISK,
    StorageLevel::MEMORY_ONLY_SER,       StorageLevel::MEMORY_AND_DISK_SER, StorageLevel::MEMORY_ONLY_2,
    StorageLevel::DISK_ONLY_2,           StorageLevel::MEMORY_AND_DISK_2,   StorageLevel::MEMORY_ONLY_SER_2,
    StorageLevel::MEMORY_AND_DISK_SER_2,
};

/// Whether what is stored at this level stays until it is unpersisted, under the memory limit of this run.
inline bool lasts(StorageLevel level) {
  return useDisk(level) || detail::memoryAccount().limit() > std::size_t{1} << 26;
}

/// Expects that elements were computed `least` times or, if they may have been dropped, at least that often.
inline void expectCalls(const Accumulator<std::int64_t>& calls, std::int64_t least, StorageLevel level) {
  if (lasts(level)) {
    EXPECT_EQ(calls.value(), least);
  } else {
    EXPECT_GE(calls.value(), least);
  }
}

/// Numbers of 8 partitions, 80 KB each.
struct Large : Counted {
  explicit Large(std::int64_t factor = 3) : Counted(80'000, 8, factor) {}
};

}  // namespace seltzer::test
