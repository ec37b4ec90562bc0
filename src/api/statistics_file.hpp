#pragma once

#include <string>

namespace seltzer::detail {

class Scheduler;

/// Whether the statistics can be written to `file`, or it is empty; otherwise prints why. Checked before the work, not
/// after it.
bool canWriteStatistics(const std::string& file);

/// Writes the statistics to the file of the options, if there is one. Returns an exit code: `exitMemory` if that fails.
int writeStatistics(Scheduler& scheduler);

}  // namespace seltzer::detail
