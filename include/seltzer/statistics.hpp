#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/metrics/traffic.hpp>

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

/// How many phases there are.
inline constexpr std::size_t phaseCount = static_cast<std::size_t>(Phase::outside) + 1;

/// The phases' names in the table and in JSON, in the order of Phase.
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

/// A phase's name in the table and in JSON.
constexpr std::string_view name(Phase phase) {
  return phaseNames[static_cast<std::size_t>(phase)];
}

/// A time in seconds over the ranks.
struct Spread {
  double min = 0;   ///< of the rank that has least
  double mean = 0;  ///< over all ranks
  double max = 0;   ///< of the rank that has most
  int minRank = 0;  ///< the lowest rank that has the minimum
  int maxRank = 0;  ///< the lowest rank that has the maximum
};

/// One phase of one row.
struct PhaseStatistics {
  Spread seconds;             ///< that ranks spent in it
  std::uint64_t bytes = 0;    ///< over all ranks, where the phase handles bytes
  std::uint64_t records = 0;  ///< over all ranks, where it handles elements
};

/// The ways in which ranks talk: "broadcast", "exchange" and so on.
inline constexpr auto trafficKinds = detail::Traffic::kinds;

/// What the ranks sent and received in one of these ways. A collective counts as one message of a rank, whatever MPI
/// makes of it.
struct TrafficStatistics {
  /// Over all ranks, and of the rank that has most.
  struct Amount {
    std::uint64_t sum = 0;  ///< over all ranks
    std::uint64_t max = 0;  ///< of the rank that has most
  };

  Amount messagesSent;      ///< those cut into pieces counted once
  Amount bytesSent;         ///< of their contents
  Amount messagesReceived;  ///< likewise
  Amount bytesReceived;     ///< likewise
};

/// A key of many that map tasks wrote to a shuffle.
struct HotKeyStatistics {
  std::string text;           ///< its first 40 characters, "..." added if there were more
  double share = 0;           ///< of the elements before they were combined, estimated from a sample
  std::uint64_t samples = 0;  ///< how often it was drawn, about
};

/// All stages that belong to one operation at one call site: the map stages of a shuffle, or the last stages of the
/// jobs of an action.
struct StageStatistics {
  std::string operation;                                       ///< "count"
  std::string callSite;                                        ///< "pi.cpp:42"
  std::uint64_t jobs = 0;                                      ///< that ran it
  Spread wall;                                                 ///< of the jobs
  std::array<PhaseStatistics, phaseCount> phases;              ///< in the order of Phase
  std::array<TrafficStatistics, trafficKinds.size()> traffic;  ///< in the order of `trafficKinds`
  std::uint64_t tasks = 0;                                     ///< that succeeded
  double medianTaskSeconds = 0;                                ///< within 6 %
  double maxTaskSeconds = 0;                                   ///< of the longest task
  std::uint64_t maxTaskPartition = 0;                          ///< the partition of the task that took longest
  int maxTaskRank = 0;                                         ///< and its rank

  std::uint64_t shufflePartitions = 0;    ///< that the map tasks wrote for; 0 where no keys were sampled
  std::uint64_t hotKeySamples = 0;        ///< elements whose keys were looked at
  std::vector<HotKeyStatistics> hotKeys;  ///< the most frequent keys, at most 8, most frequent first

  /// One of `phases`.
  const PhaseStatistics& operator[](Phase phase) const { return phases[static_cast<std::size_t>(phase)]; }

  /// The longest task over the median one; 1 without tasks.
  double skew() const { return medianTaskSeconds > 0 ? maxTaskSeconds / medianTaskSeconds : 1; }

  /// A key is called hot if the partition that has it gets half as much again as an even share of the elements, or
  /// more: from this share on, which is at least 5 %. Above 1, that is never, for a single partition.
  double hotKeyShare() const;

  /// The keys that are hot by that and were drawn often enough to say so.
  std::vector<HotKeyStatistics> keysCalledHot() const;
};

/// The most memory that each rank held at once for one use.
struct MemoryPeak {
  std::string use;                    ///< "aggregation"
  std::vector<std::uint64_t> byRank;  ///< bytes

  std::uint64_t max() const;  ///< bytes, of the rank that held most
  int maxRank() const;        ///< the lowest rank that has the maximum
  std::uint64_t sum() const;  ///< bytes, over all ranks
};

/// Which program on which machine the times belong to.
struct RunContext {
  std::string program;                 ///< the command, as it was called
  std::vector<std::string> arguments;  ///< of the command
  int ranks = 0;                       ///< how many
  std::vector<std::string> hosts;      ///< by rank
  std::string mpiLibrary;              ///< name and version
  std::string version;                 ///< of Seltzer
  std::string commit;                  ///< of Seltzer's sources, "unknown" where it was built outside a checkout
  std::string compiler;                ///< name and version
  std::string flags;                   ///< that the library was compiled with
  std::string date;                    ///< UTC, ISO 8601
};

/// Where the time of a program went, on all ranks, up to the moment when it was asked for.
struct Statistics {
  RunContext context;                   ///< program, machine, build
  StageStatistics total;                ///< all stages together
  std::vector<StageStatistics> stages;  ///< in the order of their first jobs

  /// The sum of a rank's phases during jobs, over the wall time of its jobs: the least and the greatest over the ranks.
  double leastAccounted = 1;
  double mostAccounted = 1;  ///< see `leastAccounted`

  /// Of what the engine holds in shuffles, aggregations, groups, sorts and the cache, by use; the last one, "all of
  /// these", is the peak of their sum, which is less than the sum of the peaks.
  std::vector<MemoryPeak> memory;
  MemoryPeak resident;  ///< of the whole processes, as the system counts it; 0 where it does not

  /// Named accumulators with their values as text.
  std::vector<std::pair<std::string, std::string>> accumulators;

  /// For reading: seconds and the share of execute, min, mean and max over ranks; stages with what they shuffled, their
  /// skew and hot keys; memory.
  std::string table() const;

  /// For programs: everything, with a `context` block.
  std::string json() const;
};

/// Writes `statistics.table()`.
std::ostream& operator<<(std::ostream& out, const Statistics& statistics);

}  // namespace seltzer
