#pragma once

#include <string>
#include <string_view>

namespace seltzer::detail {

class Scheduler;

/// One line on stderr, with the engine's name before it.
void complain(std::string_view message);

/// Whether the statistics can be written to `file`, if that is a name at all: better to say so before the work than
/// after it.
bool canWriteStatistics(const std::string& file);

/// Writes the statistics where the options say, if they do, and gives an exit code: a file that cannot be written is an
/// error of the disk.
int writeStatistics(Scheduler& scheduler);

}  // namespace seltzer::detail
