#include "api/statistics_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "driver/scheduler.hpp"
#include "engine/diagnostic.hpp"
#include "files/full_disk.hpp"

namespace seltzer::detail {
namespace {

/// Prints why the file could not be written, and returns the exit code.
int refuse(const std::string& file, int error) {
  const std::error_code code(error, std::generic_category());
  printDiagnostic(fmt::format("--seltzer-stats: {} cannot be written: {}; give a path in a folder that can be written",
                              file, code.message()));
  return meansFullDisk(code) ? exitMemory : exitUsage;
}

}  // namespace

int checkStatisticsFile(const std::string& file) {
  errno = 0;
  if (file.empty() || std::ofstream(file, std::ios::app)) return exitDone;
  return refuse(file, errno);
}

int writeStatistics(Scheduler& scheduler) {
  const std::string& file = scheduler.executor().config().statsFile;
  if (file.empty()) return exitDone;
  const std::string content = scheduler.statistics(CallSite::current()).json();
  errno = 0;
  std::ofstream out(file);
  out << content;
  out.close();
  return out ? exitDone : refuse(file, errno);
}

}  // namespace seltzer::detail
