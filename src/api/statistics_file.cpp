#include "api/statistics_file.hpp"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "driver/scheduler.hpp"

namespace seltzer::detail {

void complain(std::string_view message) {
  fmt::print(stderr, "seltzer: {}\n", message);
}

bool canWriteStatistics(const std::string& file) {
  if (file.empty() || std::ofstream(file, std::ios::app)) return true;
  complain(fmt::format("the statistics cannot be written to {}: give --seltzer-stats another path", file));
  return false;
}

int writeStatistics(Scheduler& scheduler) {
  const std::string& file = scheduler.executor().config().statsFile;
  if (file.empty()) return exitDone;
  std::ofstream out(file);
  out << scheduler.statistics(CallSite::current()).json();
  out.close();
  if (out) return exitDone;
  complain(fmt::format("the statistics could not be written to {}", file));
  return exitMemory;
}

}  // namespace seltzer::detail
