#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "touchy.hpp"

namespace seltzer::test {

/// A job that calls a hook of a Touchy or more, on data that is made anew.
struct TouchyJob {
  const char* name;
  /// The result of the job on `partitions` partitions as text, the same every time unless a trap springs.
  std::string (*run)(std::int64_t partitions);
};

/// One for each way in which the library calls code of a user's type.
const std::vector<TouchyJob>& touchyJobs();

/// What a trap does.
struct Spring {
  const char* name;
  void (*act)();
  bool ends;  ///< the program, where it is not caught by the user's own code
};

/// The first two throw, a std::exception and an int.
const std::vector<Spring>& springs();

/// Sets a trap with springs()[spring] on all ranks, or on one of them.
void arm(const Trap& given, std::size_t spring, int onRank = -1);
void disarm();

}  // namespace seltzer::test
