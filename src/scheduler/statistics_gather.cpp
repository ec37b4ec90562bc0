#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <seltzer/scheduler/statistics_gather.hpp>
#include <seltzer/statistics/phase_clock.hpp>

namespace seltzer::detail {
namespace {

constexpr std::size_t timesPerRow = phaseCount + 1;  // the phases, then the wall time of the jobs
constexpr std::size_t countsPerRow = 2 * phaseCount + TaskTimes::bucketCount;
constexpr std::size_t wallIndex = phaseCount;

/// This rank's rows as vectors for MPI_Reduce; the last row is the sum of the others.
struct RankRows {
  explicit RankRows(std::uint32_t rows)
      : times((rows + 1) * timesPerRow), counts((rows + 1) * countsPerRow), longestTask(rows + 1) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      const PhaseRow& from = phaseClock().at(row);
      for (const std::size_t to : {std::size_t{row}, std::size_t{rows}}) add(to, from);
    }
  }

  std::vector<double> times;
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> longestTask;

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
    for (std::size_t i = 0; i < TaskTimes::bucketCount; ++i) count[2 * phaseCount + i] += from.tasks.buckets[i];
    longestTask[to] = std::max(longestTask[to], from.tasks.maximum);
  }
};

std::vector<ValueAtRank> atRank(const std::vector<double>& values, int rank) {
  std::vector<ValueAtRank> result;
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

}  // namespace

Statistics reduceStatistics(Communicator& communicator, std::uint32_t rows) {
  RankRows mine(rows);
  double least = accountedOn(mine);
  double most = least;
  std::vector<ValueAtRank> minima = atRank(mine.times, communicator.rank());
  std::vector<ValueAtRank> maxima = minima;
  communicator.reduceMinAtRank(minima);
  communicator.reduceMaxAtRank(maxima);
  communicator.reduceSum(std::span(mine.times));
  communicator.reduceSum(std::span(mine.counts));
  communicator.reduceMax(std::span(mine.longestTask));
  communicator.reduceMin(std::span(&least, 1));
  communicator.reduceMax(std::span(&most, 1));

  Statistics result;
  result.leastAccounted = least;
  result.mostAccounted = most;
  const auto spread = [&](std::size_t index) {
    return Spread{minima[index].value, mine.times[index] / communicator.size(), maxima[index].value, minima[index].rank,
                  maxima[index].rank};
  };
  for (std::size_t row = 0; row <= rows; ++row) {
    StageStatistics stage;
    const std::uint64_t* count = &mine.counts[row * countsPerRow];
    for (std::size_t i = 0; i < phaseCount; ++i) {
      stage.phases[i] = {spread(row * timesPerRow + i), count[i], count[phaseCount + i]};
    }
    stage.wall = spread(row * timesPerRow + wallIndex);
    TaskTimes tasks;
    std::copy_n(count + 2 * phaseCount, TaskTimes::bucketCount, tasks.buckets.begin());
    tasks.maximum = mine.longestTask[row];
    stage.tasks = tasks.count();
    stage.medianTaskSeconds = static_cast<double>(tasks.median()) * 1e-9;
    stage.maxTaskSeconds = static_cast<double>(tasks.maximum) * 1e-9;
    if (row == rows) {
      result.total = std::move(stage);
    } else {
      result.stages.push_back(std::move(stage));
    }
  }
  return result;
}

}  // namespace seltzer::detail
