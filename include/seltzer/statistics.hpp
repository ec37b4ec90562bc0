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
#include <seltzer/storage_level.hpp>

namespace seltzer {

/// What a rank is doing. On every rank, each moment of a job belongs to exactly one phase.
enum class Phase : std::uint8_t {
  plan,                 ///< driver: cutting lineage into stages, finding missing data
  serializeFunction,    ///< driver: encoding new operators and the action
  broadcast,            ///< sending the command to all ranks
  serializeData,        ///< driver: encoding elements of `parallelize`
  scatter,              ///< sending partitions to the ranks that need them
  deserializeFunction,  ///< decoding operators and the action
  deserializeData,      ///< decoding elements that were scattered or fetched
  cacheLookup,          ///< finding and reading stored partitions
  execute,              ///< user functions and the operators around them
  shuffleWrite,         ///< map side: encoding elements by target partition, after combining
  shuffleExchange,      ///< moving bytes from rank to rank
  shuffleRead,          ///< reduce side: decoding and merging elements
  spillWrite,           ///< moving data that memory has no room for to the scratch file
  spillRead,            ///< reading it back
  resultSerialize,      ///< encoding results
  resultGather,         ///< sending results to the driver
  resultDeserialize,    ///< driver: decoding and combining results
  wait,                 ///< waiting for other ranks
  outside,              ///< outside jobs: the driver's own code on rank 0, idle elsewhere
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
    "spill: write",
    "spill: read",
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

/// The distribution of a time, in seconds, over the ranks.
struct Spread {
  double min = 0;   ///< the least
  double mean = 0;  ///< the mean over all ranks
  double max = 0;   ///< the greatest
  int minRank = 0;  ///< the first rank with the minimum
  int maxRank = 0;  ///< the first rank with the maximum
};

/// One phase of a StageStatistics.
struct PhaseStatistics {
  Spread seconds;             ///< spent in the phase
  std::uint64_t bytes = 0;    ///< on all ranks, if the phase handles bytes
  std::uint64_t records = 0;  ///< on all ranks, if the phase handles elements
};

/// The kinds of communication: "broadcast", "exchange" and so on.
inline constexpr auto trafficKinds = detail::Traffic::kinds;

/// What the ranks sent and received by one kind of communication. A collective counts as one message of each rank,
/// however MPI implements it.
struct TrafficStatistics {
  /// The sum over the ranks, and the greatest of them.
  struct Amount {
    std::uint64_t sum = 0;  ///< over all ranks
    std::uint64_t max = 0;  ///< of any rank
  };

  Amount messagesSent;      ///< a message that was split counts once
  Amount bytesSent;         ///< payload
  Amount messagesReceived;  ///< likewise
  Amount bytesReceived;     ///< likewise
};

/// A frequent key among those that map tasks wrote to a shuffle.
struct HotKeyStatistics {
  std::string text;           ///< the key's first 40 characters, and "..." if there are more
  double share = 0;           ///< of all elements before combining, estimated from a sample
  std::uint64_t samples = 0;  ///< how often it was sampled, approximately
};

/// All stages of one operation at one call site: the map stages of a shuffle, or the final stages of an action's jobs.
struct StageStatistics {
  std::string operation;                                       ///< such as "count"
  std::string callSite;                                        ///< such as "pi.cpp:42"
  std::uint64_t jobs = 0;                                      ///< that ran these stages
  Spread wall;                                                 ///< wall time of the jobs
  std::array<PhaseStatistics, phaseCount> phases;              ///< in the order of Phase
  std::array<TrafficStatistics, trafficKinds.size()> traffic;  ///< in the order of `trafficKinds`
  std::uint64_t tasks = 0;                                     ///< successful ones
  std::uint64_t movedTasks = 0;                                ///< those that another rank ran than was meant to
  double movedSeconds = 0;                                     ///< of the moved tasks, over all ranks
  double medianTaskSeconds = 0;                                ///< within 6 %
  double maxTaskSeconds = 0;                                   ///< of the slowest task
  std::uint64_t maxTaskPartition = 0;                          ///< the partition of the slowest task
  int maxTaskRank = 0;                                         ///< the rank of the slowest task

  /// By how much the moves shortened the time in tasks of the rank that spends most in them, seconds; negative if they
  /// made it longer. An estimate, as if each task took the same time on any rank.
  double savedSeconds = 0;

  std::uint64_t shufflePartitions = 0;    ///< target partitions of the shuffle; 0 if no keys were sampled
  std::uint64_t hotKeySamples = 0;        ///< elements whose keys were sampled
  std::vector<HotKeyStatistics> hotKeys;  ///< the most frequent keys, at most 8, most frequent first

  /// One of `phases`.
  const PhaseStatistics& operator[](Phase phase) const { return phases[static_cast<std::size_t>(phase)]; }

  /// The time of the slowest task over the median; 1 without tasks.
  double skew() const { return medianTaskSeconds > 0 ? maxTaskSeconds / medianTaskSeconds : 1; }

  /// The share of the elements from which on a key is hot: the partition that gets it has at least 1.5 times an even
  /// share. At least 5 %; above 1, so never reached, for a single partition.
  double hotKeyShare() const;

  /// The bytes on all ranks that these stages read or wrote, whichever is more, as far as the engine knows them: files,
  /// objects, moved partitions and shuffles.
  std::uint64_t dataBytes() const;

  /// How many times that much was written to scratch files; 0 if nothing was or `dataBytes()` is 0.
  double timesSpilled() const;

  /// Whether `timesSpilled()` is more than 2 and it was a mebibyte or more: with more memory it would take less time.
  bool spilledTooMuch() const;

  /// The keys that reach `hotKeyShare()` and were sampled often enough for the estimate to be reliable.
  std::vector<HotKeyStatistics> keysCalledHot() const;
};

/// The peak memory of each rank for one use.
struct MemoryPeak {
  std::string use;                    ///< such as "aggregation"
  std::vector<std::uint64_t> byRank;  ///< bytes

  std::uint64_t max() const;  ///< bytes, the greatest of any rank
  int maxRank() const;        ///< the first rank with the maximum
  std::uint64_t sum() const;  ///< bytes, over all ranks
};

/// The memory that a rank may use: its share of what the system allows all ranks of its host.
struct MemoryLimit {
  std::uint64_t bytes = 0;  ///< 0 if it is not known
  int rank = 0;             ///< the rank that has it
  std::string origin;       ///< what sets it, such as "cgroup /system.slice/job_17" or "the machine's memory"

  std::uint64_t dataBytes = 0;  ///< the part of it for the engine's data: what is more goes to the scratch file
  double mostUsed = 0;          ///< the greatest share of its own such part that any rank's data took at once
  int mostUsedRank = 0;         ///< the first rank that has it
};

/// What a rank stores of an RDD.
struct RankStorage {
  std::uint64_t partitions = 0;  ///< stored ones
  std::uint64_t memSize = 0;     ///< bytes in memory
  std::uint64_t diskSize = 0;    ///< bytes in the scratch file
};

/// A persisted RDD and what is stored of it.
struct RDDInfo {
  std::uint64_t id = 0;                            ///< as RDD::id
  std::string name;                                ///< as RDD::setName, or empty
  std::string callSite;                            ///< such as "map at pi.cpp:42"
  StorageLevel storageLevel = StorageLevel::NONE;  ///< as RDD::getStorageLevel
  std::uint64_t numPartitions = 0;                 ///< of the RDD
  std::uint64_t numCachedPartitions = 0;           ///< those that some rank stores
  std::uint64_t memSize = 0;                       ///< bytes in memory, of all ranks and copies
  std::uint64_t diskSize = 0;                      ///< bytes in scratch files, likewise
  std::vector<RankStorage> ranks;                  ///< by rank
};

/// The program, machine and build that the statistics are of.
struct RunContext {
  std::string program;                 ///< as it was called
  std::vector<std::string> arguments;  ///< of the program
  int ranks = 0;                       ///< their number
  std::vector<std::string> hosts;      ///< by rank
  std::string mpiLibrary;              ///< name and version
  std::string version;                 ///< of Seltzer
  std::string commit;                  ///< of Seltzer's sources; "unknown" if built outside a checkout
  std::string compiler;                ///< name and version
  std::string flags;                   ///< with which the library was compiled
  std::string date;                    ///< UTC, ISO 8601
};

/// Where a program's time and memory went, on all ranks, up to the call of Context::stats.
struct Statistics {
  RunContext context;                   ///< program, machine, build
  StageStatistics total;                ///< all stages together
  std::vector<StageStatistics> stages;  ///< in the order of their first jobs

  /// The sum of a rank's phases during jobs over the wall time of its jobs: the least of any rank.
  double leastAccounted = 1;
  double mostAccounted = 1;  ///< as `leastAccounted`, the greatest of any rank

  /// What the engine holds in shuffles, aggregations, groups, sorts and the cache, by use. The last one, "all of
  /// these", is the peak of their sum, which is at most the sum of their peaks.
  std::vector<MemoryPeak> memory;
  MemoryPeak resident;      ///< the processes' peak resident memory, as reported by the system; 0 if it is not
  MemoryLimit memoryLimit;  ///< the least of any rank, and the first rank that has it

  std::vector<RDDInfo> storage;  ///< as Context::getRDDStorageInfo

  /// Named accumulators with their values as text. In `json()`, the second of a name is called "name (2)".
  std::vector<std::pair<std::string, std::string>> accumulators;

  /// A table to read: phases with their seconds over the ranks and the share of `execute`; stages with shuffled data,
  /// skew, hot keys and spilled data; memory; stored partitions.
  std::string table() const;

  /// Everything, for programs, with a `context` block.
  std::string json() const;
};

/// Writes `statistics.table()`.
std::ostream& operator<<(std::ostream& out, const Statistics& statistics);

}  // namespace seltzer
