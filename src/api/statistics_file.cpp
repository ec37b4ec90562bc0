#include "api/statistics_file.hpp"

#include <fstream>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "api/diagnostic.hpp"
#include "driver/scheduler.hpp"

namespace seltzer::detail {

bool canWriteStatistics(const std::string& file) {
  if (file.empty() || std::ofstream(file, std::ios::app)) return true;
  printDiagnostic(fmt::format("the statistics cannot be written to {}: give --seltzer-stats another path", file));
  return false;
}

int writeStatistics(Scheduler& scheduler) {
  const std::string& file = scheduler.executor().config().statsFile;
  if (file.empty()) return exitDone;
  std::ofstream out(file);
  out << scheduler.statistics(CallSite::current()).json();
  out.close();
  if (out) return exitDone;
  printDiagnostic(fmt::format("the statistics could not be written to {}", file));
  return exitMemory;
}

}  // namespace seltzer::detail
