#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "touchy.hpp"

namespace seltzer::test {

/// A job on fresh data that calls one or more hooks of Touchy.
struct TouchyJob {
  const char* name;
  /// The job's result on `partitions` partitions as text, always the same unless a trap springs.
  std::string (*run)(std::int64_t partitions);
};

/// One for each way in which the library calls code of a user's type.
const std::vector<TouchyJob>& touchyJobs();

/// The action of a trap.
struct Spring {
  const char* name;
  void (*act)();
};

/// The first two throw, a std::exception and an int.
const std::vector<Spring>& springs();

/// Sets a trap with springs()[spring] on all ranks, or on one of them.
void arm(const Trap& given, std::size_t spring, int onRank = -1);
void disarm();

}  // namespace seltzer::test
