#pragma once

#include <string>

namespace seltzer::detail {

class Scheduler;

/// Checks, before the work, that the statistics can be written to `file`, unless it is empty; otherwise prints why.
/// Returns an exit code: `exitMemory` for a full disk, else `exitUsage`.
int checkStatisticsFile(const std::string& file);

/// Writes the statistics to the file of the options, if there is one. Fails as `checkStatisticsFile`.
int writeStatistics(Scheduler& scheduler);

}  // namespace seltzer::detail
