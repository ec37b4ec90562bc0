#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/metrics/phase_clock.hpp>

namespace seltzer::detail {

/// The tasks of a row on a rank that ran tasks of others or lost some to them. Times are in nanoseconds.
struct MovedTime {
  RowId row = 0;
  std::uint64_t ran = 0;                             ///< the time of all tasks that ran on the rank
  std::vector<std::pair<int, std::uint64_t>> taken;  ///< the time of those meant for another rank, by that rank

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& row& ran& taken;
  }
};

/// Those of this rank, in the order of rows.
std::vector<MovedTime> movedTimes(std::uint32_t rows);

/// The times of the tasks of a row on the ranks, in seconds: on the rank where they sum to most, and on the rank where
/// they do among those without a MovedTime.
struct LongestRanks {
  double ofAll = 0;
  double ofUnmoved = 0;
};

/// How many seconds earlier the longest rank of a row ended because tasks moved; negative if it ended later. Takes
/// each task to need the same time on any rank, and the jobs of a row as one. `byRank` has the ranks' times of the row,
/// each with its rank.
double savedByMoves(std::span<const std::pair<int, MovedTime>> byRank, const LongestRanks& longest);

}  // namespace seltzer::detail
