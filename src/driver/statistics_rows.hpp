#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer::detail {

/// "count at pi.cpp:42": names a job or an RDD for the user.
std::string labelOf(std::string_view operation, const CallSite& where);

/// A row of the statistics: the jobs of an operation at a call site.
struct StatisticsRow {
  std::string_view operation;
  CallSite where;
  std::string label;                    ///< of both
  std::uint64_t jobs = 0;               ///< that ran this stage
  PhaseClock::Nanoseconds longest = 0;  ///< of these jobs
};

/// The rows by their numbers. Row 0 is for what belongs to no operation.
class StatisticsRows {
 public:
  /// The row of an operation, a string literal, at a call site; a new one the first time.
  RowId of(std::string_view operation, const CallSite& where);

  StatisticsRow& operator[](RowId row) { return rows_[row]; }
  const StatisticsRow& operator[](RowId row) const { return rows_[row]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }

  /// Drops the stages of rows without jobs, and names the others.
  void label(Statistics& statistics) const;

 private:
  using Key = std::tuple<const void*, const void*, std::uint32_t>;

  std::map<Key, RowId> ids_;
  std::vector<StatisticsRow> rows_ = std::vector<StatisticsRow>(1);
};

}  // namespace seltzer::detail
