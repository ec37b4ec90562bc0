#include "driver/statistics_rows.hpp"

#include <utility>

#include <fmt/format.h>

namespace seltzer::detail {

std::string labelOf(std::string_view operation, const CallSite& where) {
  return fmt::format("{} at {}", operation, toString(where));
}

RowId StatisticsRows::of(std::string_view operation, const CallSite& where) {
  const Key key{operation.data(), where.fileName(), where.line()};
  const auto [row, isNew] = ids_.try_emplace(key, size());
  if (isNew) rows_.push_back({operation, where, labelOf(operation, where), 0, 0});
  return row->second;
}

void StatisticsRows::label(Statistics& statistics) const {
  std::vector<StageStatistics> stages;
  for (RowId row = 1; row < size(); ++row) {
    if (rows_[row].jobs == 0) continue;
    StageStatistics& stage = stages.emplace_back(std::move(statistics.stages[row]));
    stage.operation = rows_[row].operation;
    stage.callSite = toString(rows_[row].where);
    stage.jobs = rows_[row].jobs;
  }
  statistics.stages = std::move(stages);
}

}  // namespace seltzer::detail
