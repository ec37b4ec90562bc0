#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seltzer {

/// What a rank is doing. On every rank each moment of a job belongs to exactly one phase.
enum class Phase : std::uint8_t {
  plan,                 ///< driver: lineage to stages, what is missing where
  serializeFunction,    ///< driver: new operators and the action to bytes
  broadcast,            ///< the command to all ranks
  serializeData,        ///< driver: elements of `parallelize` to bytes
  scatter,              ///< partitions to the ranks that need them
  deserializeFunction,  ///< operators and the action from bytes
  deserializeData,      ///< elements from scattered or fetched bytes
  cacheLookup,          ///< finding and reading stored partitions
  execute,              ///< the user's functions, and the operators around them
  shuffleWrite,         ///< map side: elements to bytes by the partition they go to, after combining
  shuffleExchange,      ///< bytes from rank to rank
  shuffleRead,          ///< reduce side: elements from bytes, and their merging
  resultSerialize,      ///< results to bytes
  resultGather,         ///< results to the driver
  resultDeserialize,    ///< driver: results from bytes, and their combination
  wait,                 ///< for other ranks
  outside,              ///< no job runs: the driver's own code on rank 0, idle elsewhere
};

inline constexpr std::size_t phaseCount = static_cast<std::size_t>(Phase::outside) + 1;

inline constexpr std::array<std::string_view, phaseCount> phaseNames = {
    "driver: plan",
    "driver: serialize function",
    "driver: broadcast",
    "driver: serialize data",
    "driver: scatter",
    "map: deserialize function",
    "map: deserialize data",
    "map: cache lookup",
    "map: execute",
    "shuffle: write",
    "shuffle: exchange",
    "shuffle: read",
    "result: serialize",
    "result: gather",
    "result: driver deserialize",
    "wait: for other ranks",
    "outside jobs",
};

constexpr std::string_view name(Phase phase) {
  return phaseNames[static_cast<std::size_t>(phase)];
}

}  // namespace seltzer
