#include "worker/moved_time.hpp"

#include <algorithm>
#include <map>

namespace seltzer::detail {

std::vector<MovedTime> movedTimes(std::uint32_t rows) {
  std::vector<MovedTime> times;
  for (RowId row = 0; row < rows; ++row) {
    const PhaseRow& spent = phaseClock().at(row);
    if (!spent.hasMoves()) continue;
    MovedTime& time = times.emplace_back(MovedTime{row, spent.tasks.sum, {}});
    for (const TakenTasks& taken : spent.taken) time.taken.emplace_back(taken.from, taken.nanoseconds);
  }
  return times;
}

double savedByMoves(std::span<const std::pair<int, MovedTime>> byRank, const LongestRanks& longest) {
  std::map<int, double> planned;  // seconds by rank
  for (const auto& [rank, time] : byRank) {
    planned[rank] += static_cast<double>(time.ran) * 1e-9;
    for (const auto& [from, nanoseconds] : time.taken) {
      const double seconds = static_cast<double>(nanoseconds) * 1e-9;
      planned[rank] -= seconds;
      planned[from] += seconds;
    }
  }
  double longestPlanned = longest.ofUnmoved;
  for (const auto& [rank, seconds] : planned) longestPlanned = std::max(longestPlanned, seconds);
  return planned.empty() ? 0 : longestPlanned - longest.ofAll;
}

}  // namespace seltzer::detail
