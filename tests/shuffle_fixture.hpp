#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "data/scratch_file.hpp"
#include "fixture.hpp"

// Shared by the tests of shuffles.

namespace seltzer::test {

using Pair = std::pair<std::int64_t, std::int64_t>;
using Pairs = std::vector<Pair>;

inline constexpr std::int64_t count = 800;
inline constexpr std::int64_t keys = 37;

/// (x % 37, x) for x below 800, in 8 partitions, and how many of them were computed.
struct Counted {
  Accumulator<std::int64_t> calls = context().accumulator(std::int64_t{0});
  RDD<Pair> rdd = context().range(0, count, 1, 8).map([added = calls](std::int64_t x) {
    added.add(1);
    return Pair(x % keys, x);
  });
};

inline RDD<Pair> somePairs() {
  return context().range(0, count, 1, 8).map([](std::int64_t x) { return Pair(x % keys, x); });
}

inline std::map<std::int64_t, std::int64_t> sums() {
  std::map<std::int64_t, std::int64_t> sums;
  for (std::int64_t x = 0; x < count; ++x) sums[x % keys] += x;
  return sums;
}

template <class Pairs>
std::map<std::int64_t, std::int64_t> asMap(const Pairs& pairs) {
  std::map<std::int64_t, std::int64_t> map;
  for (const auto& [key, value] : pairs) EXPECT_TRUE(map.emplace(key, value).second) << "key " << key << " twice";
  return map;
}

/// What all ranks together hold for shuffles, in memory and in scratch files.
inline std::size_t heldForShuffles() {
  const std::int64_t ranks = context().ranks();
  const auto held = context().range(0, ranks, 1, ranks).map([](std::int64_t) {
    using detail::MemoryUse;
    const auto& account = detail::memoryAccount();
    return account.held(MemoryUse::shuffleBlocks) + account.held(MemoryUse::shuffleWrite) +
           account.held(MemoryUse::aggregation) + account.held(MemoryUse::group) + account.held(MemoryUse::sort) +
           detail::scratchFile().held();
  });
  return held.reduce(std::plus<>());
}

}  // namespace seltzer::test
