#include "worker/statistics_gather.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>

#include "metrics/memory_limit.hpp"
#include "metrics/resident_memory.hpp"
#include "worker/moved_time.hpp"

namespace seltzer::detail {
namespace {

constexpr std::size_t timesPerRow = phaseCount + 4;  // the phases, the jobs' wall time, tasks: moved, all, unmoved
constexpr std::size_t countsPerTraffic = 4;          // messages and bytes, sent and received
constexpr std::size_t trafficPerRow = countsPerTraffic * Traffic::kinds.size();
constexpr std::size_t trafficIndex = 2 * phaseCount + TaskTimes::bucketCount;
constexpr std::size_t movedTasksIndex = trafficIndex + trafficPerRow;
constexpr std::size_t countsPerRow = movedTasksIndex + 1;
constexpr std::size_t wallIndex = phaseCount;
constexpr std::size_t movedTimeIndex = phaseCount + 1;
constexpr std::size_t taskTimeIndex = phaseCount + 2;
constexpr std::size_t unmovedTimeIndex = phaseCount + 3;  // of ranks without a MovedTime

/// The most frequent keys of a row that the statistics list.
constexpr std::size_t frequentKeys = 8;

/// This rank's rows as vectors for MPI_Reduce; the last row is the sum of the others.
struct RankRows {
  explicit RankRows(std::uint32_t rows)
      : times((rows + 1) * timesPerRow), counts((rows + 1) * countsPerRow), longestTasks(rows + 1) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      const PhaseRow& from = phaseClock().at(row);
      for (const std::size_t to : {std::size_t{row}, std::size_t{rows}}) add(to, from);
    }
  }

  std::vector<double> times;
  std::vector<std::uint64_t> counts;
  std::vector<ValueAtRank> longestTasks;  // nanoseconds, and the partition instead of the rank

 private:
  void add(std::size_t to, const PhaseRow& from) {
    double* time = &times[to * timesPerRow];
    std::uint64_t* count = &counts[to * countsPerRow];
    for (std::size_t i = 0; i < phaseCount; ++i) {
      time[i] += static_cast<double>(from.nanoseconds[i]) * 1e-9;
      count[i] += from.bytes[i];
      count[phaseCount + i] += from.records[i];
    }
    time[wallIndex] += static_cast<double>(from.wallNanoseconds) * 1e-9;
    for (const TakenTasks& taken : from.taken) {
      time[movedTimeIndex] += static_cast<double>(taken.nanoseconds) * 1e-9;
      count[movedTasksIndex] += taken.tasks;
    }
    const double ofTasks = static_cast<double>(from.tasks.sum) * 1e-9;
    time[taskTimeIndex] += ofTasks;
    time[unmovedTimeIndex] += from.hasMoves() ? 0 : ofTasks;
    for (std::size_t i = 0; i < TaskTimes::bucketCount; ++i) count[2 * phaseCount + i] += from.tasks.buckets[i];
    std::uint64_t* traffic = &count[trafficIndex];
    for (const TrafficCount& of : from.traffic.byKind()) {
      *traffic++ += of.messagesSent;
      *traffic++ += of.bytesSent;
      *traffic++ += of.messagesReceived;
      *traffic++ += of.bytesReceived;
    }
    const auto longest = static_cast<double>(from.tasks.maximum);
    if (longest > longestTasks[to].value) longestTasks[to] = {longest, static_cast<int>(from.tasks.slowest)};
  }
};

/// A rank's samples of the keys of one row.
struct RowKeys {
  RowId row = 0;
  HotKeys keys;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& row& keys;
  }
};

/// What a rank sends besides its rows: without keys and moves, and if its limit has a short origin, it fits the small
/// messages of one MPI_Gather.
struct RankReport {
  std::array<std::uint64_t, memoryUses> memory{};  // peaks, bytes
  std::uint64_t memoryTotal = 0;
  std::uint64_t resident = 0;
  OriginatedLimit limit;
  std::vector<RowKeys> keys;
  std::vector<MovedTime> moves;

  static RankReport mine(std::uint32_t rows, const OriginatedLimit& memoryLimit) {
    RankReport report;
    for (std::size_t use = 0; use < memoryUses; ++use) {
      report.memory[use] = memoryAccount().peak(static_cast<MemoryUse>(use));
    }
    report.memoryTotal = memoryAccount().peak();
    report.resident = peakResidentBytes();
    report.limit = memoryLimit;
    for (RowId row = 0; row < rows; ++row) {
      if (!phaseClock().at(row).hotKeys.empty()) report.keys.push_back({row, phaseClock().at(row).hotKeys});
    }
    report.moves = movedTimes(rows);
    return report;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& memory& memoryTotal& resident& limit& keys& moves;
  }
};

/// The traffic of all rows, concatenated.
std::vector<std::uint64_t> trafficOf(const RankRows& rank) {
  std::vector<std::uint64_t> traffic;
  for (std::size_t row = 0; row < rank.counts.size(); row += countsPerRow) {
    const auto begin = rank.counts.begin() + static_cast<std::ptrdiff_t>(row + trafficIndex);
    traffic.insert(traffic.end(), begin, begin + trafficPerRow);
  }
  return traffic;
}

void describeTraffic(StageStatistics& stage, const std::uint64_t* sums, const std::uint64_t* maxima) {
  for (TrafficStatistics& of : stage.traffic) {
    for (auto* amount : {&of.messagesSent, &of.bytesSent, &of.messagesReceived, &of.bytesReceived}) {
      *amount = {*sums++, *maxima++};
    }
  }
}

std::vector<ValueAtRank> atRank(const std::vector<double>& values, int rank) {
  std::vector<ValueAtRank> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back({value, rank});
  return result;
}

/// The share of the jobs' wall time that the phases of this rank explain.
double accountedOn(const RankRows& rank) {
  const double* total = &rank.times[rank.times.size() - timesPerRow];
  double inJobs = 0;
  for (std::size_t i = 0; i < phaseCount; ++i) inJobs += static_cast<Phase>(i) == Phase::outside ? 0 : total[i];
  return total[wallIndex] > 0 ? inJobs / total[wallIndex] : 1;
}

/// The rows of all ranks, in reductions whose size does not grow with the ranks. Complete on rank 0.
class ReducedRows {
 public:
  /// **Collective.**
  ReducedRows(Communicator& communicator, std::uint32_t rows)
      : ranks_(communicator.size()),
        sums_(rows),
        leastAccounted_(accountedOn(sums_)),
        mostAccounted_(leastAccounted_),
        mostTraffic_(trafficOf(sums_)),
        minima_(atRank(sums_.times, communicator.rank())),
        maxima_(minima_) {
    // Two maxima of the same times: one gives the rank of the longest task, the other its partition.
    for (const ValueAtRank& task : sums_.longestTasks) maxima_.push_back({task.value, communicator.rank()});
    communicator.reduceMinAtRank(minima_);
    communicator.reduceMaxAtRank(maxima_);
    communicator.reduceMaxAtRank(sums_.longestTasks);
    communicator.reduceMax(std::span(mostTraffic_));
    communicator.reduceSum(std::span(sums_.times));
    communicator.reduceSum(std::span(sums_.counts));
    communicator.reduceMin(std::span(&leastAccounted_, 1));
    communicator.reduceMax(std::span(&mostAccounted_, 1));
  }

  LongestRanks longestRanks(RowId row) const {
    const ValueAtRank* most = &maxima_[row * timesPerRow];
    return {most[taskTimeIndex].value, most[unmovedTimeIndex].value};
  }

  /// All statistics but memory, keys and what moves saved.
  Statistics statistics() const {
    Statistics result;
    result.leastAccounted = leastAccounted_;
    result.mostAccounted = mostAccounted_;
    const std::size_t rows = sums_.longestTasks.size() - 1;
    for (std::size_t row = 0; row < rows; ++row) result.stages.push_back(stage(row));
    result.total = stage(rows);
    return result;
  }

 private:
  StageStatistics stage(std::size_t row) const {
    StageStatistics stage;
    const std::uint64_t* count = &sums_.counts[row * countsPerRow];
    for (std::size_t i = 0; i < phaseCount; ++i) {
      stage.phases[i] = {spread(row * timesPerRow + i), count[i], count[phaseCount + i]};
    }
    stage.wall = spread(row * timesPerRow + wallIndex);
    describeTraffic(stage, count + trafficIndex, &mostTraffic_[row * trafficPerRow]);
    describeTasks(stage, row);
    return stage;
  }

  void describeTasks(StageStatistics& stage, std::size_t row) const {
    const ValueAtRank& longest = sums_.longestTasks[row];
    TaskTimes tasks;
    std::copy_n(&sums_.counts[row * countsPerRow + 2 * phaseCount], TaskTimes::bucketCount, tasks.buckets.begin());
    tasks.maximum = static_cast<std::uint64_t>(longest.value);
    stage.tasks = tasks.count();
    stage.movedTasks = sums_.counts[row * countsPerRow + movedTasksIndex];
    stage.movedSeconds = sums_.times[row * timesPerRow + movedTimeIndex];
    stage.medianTaskSeconds = static_cast<double>(tasks.median()) * 1e-9;
    stage.maxTaskSeconds = static_cast<double>(tasks.maximum) * 1e-9;
    stage.maxTaskPartition = static_cast<std::uint64_t>(longest.rank);
    stage.maxTaskRank = maxima_[sums_.times.size() + row].rank;
  }

  Spread spread(std::size_t index) const {
    return {minima_[index].value, sums_.times[index] / ranks_, maxima_[index].value, minima_[index].rank,
            maxima_[index].rank};
  }

  int ranks_;
  RankRows sums_;
  double leastAccounted_;
  double mostAccounted_;
  std::vector<std::uint64_t> mostTraffic_;
  std::vector<ValueAtRank> minima_;
  std::vector<ValueAtRank> maxima_;
};

/// The peaks of one use by rank; `bytesOf` reads a rank's.
template <class BytesOf>
MemoryPeak peakOf(std::string_view use, const std::vector<RankReport>& ranks, BytesOf bytesOf) {
  MemoryPeak peak{std::string(use), {}};
  for (const RankReport& rank : ranks) peak.byRank.push_back(bytesOf(rank));
  return peak;
}

void describeMemory(Statistics& statistics, const std::vector<RankReport>& ranks) {
  for (std::size_t use = 0; use < memoryUses; ++use) {
    statistics.memory.push_back(
        peakOf(memoryUseNames[use], ranks, [use](const RankReport& rank) { return rank.memory[use]; }));
  }
  statistics.memory.push_back(peakOf("all of these", ranks, [](const RankReport& rank) { return rank.memoryTotal; }));
  statistics.resident = peakOf("resident set", ranks, [](const RankReport& rank) { return rank.resident; });
  std::vector<OriginatedLimit> limits;
  limits.reserve(ranks.size());
  for (const RankReport& rank : ranks) limits.push_back(rank.limit);
  statistics.memoryLimit = leastLimit(limits);
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    if (limits[rank].bytes == 0) continue;
    const double used =
        static_cast<double>(ranks[rank].memoryTotal) / static_cast<double>(shareOfData(limits[rank].bytes));
    if (used <= statistics.memoryLimit.mostUsed) continue;
    statistics.memoryLimit.mostUsed = used;
    statistics.memoryLimit.mostUsedRank = static_cast<int>(rank);
  }
}

void describeKeys(StageStatistics& stage, const HotKeys& keys) {
  stage.shufflePartitions = keys.partitions();
  stage.hotKeySamples = keys.samples();
  for (HotKey& key : keys.top(frequentKeys)) {
    const long long samples = std::llround(key.share * static_cast<double>(keys.samples()));
    stage.hotKeys.push_back({std::move(key.text), key.share, static_cast<std::uint64_t>(samples)});
  }
}

void describeKeys(Statistics& statistics, const std::vector<RankReport>& ranks) {
  std::vector<HotKeys> keys(statistics.stages.size());
  for (const RankReport& rank : ranks) {
    for (const RowKeys& of : rank.keys) keys.at(of.row).merge(of.keys);
  }
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (!keys[row].empty()) describeKeys(statistics.stages[row], keys[row]);
  }
}

void describeMoves(Statistics& statistics, const ReducedRows& reduced, const std::vector<RankReport>& ranks) {
  std::vector<std::vector<std::pair<int, MovedTime>>> moves(statistics.stages.size());
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    for (const MovedTime& time : ranks[rank].moves) moves.at(time.row).emplace_back(static_cast<int>(rank), time);
  }
  for (RowId row = 0; row < moves.size(); ++row) {
    const double saved = savedByMoves(moves[row], reduced.longestRanks(row));
    statistics.stages[row].savedSeconds = saved;
    statistics.total.savedSeconds += saved;
  }
}

}  // namespace

Statistics reduceStatistics(Communicator& communicator, std::uint32_t rows, const OriginatedLimit& memoryLimit) {
  const ReducedRows reduced(communicator, rows);
  Statistics statistics = reduced.statistics();
  std::vector<RankReport> ranks;  // empty except on rank 0
  for (const Bytes& report : communicator.gather(toWire(RankReport::mine(rows, memoryLimit)))) {
    ranks.push_back(fromWire<RankReport>(report));
  }
  describeMemory(statistics, ranks);
  describeKeys(statistics, ranks);
  describeMoves(statistics, reduced, ranks);
  return statistics;
}

}  // namespace seltzer::detail
