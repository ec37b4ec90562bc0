#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include <seltzer/statistics/phase.hpp>

namespace seltzer {

/// A time in seconds over the ranks.
struct Spread {
  double min = 0;
  double mean = 0;
  double max = 0;
  int minRank = 0;  ///< the lowest rank that has the minimum
  int maxRank = 0;  ///< the lowest rank that has the maximum
};

/// One phase of one row.
struct PhaseStatistics {
  Spread seconds;
  std::uint64_t bytes = 0;    ///< over all ranks, where the phase handles bytes
  std::uint64_t records = 0;  ///< over all ranks, where it handles elements
};

/// All jobs that one operation at one call site started.
struct StageStatistics {
  std::string operation;  ///< "count"
  std::string callSite;   ///< "pi.cpp:42"
  std::uint64_t jobs = 0;
  Spread wall;  ///< of the jobs
  std::array<PhaseStatistics, phaseCount> phases;
  std::uint64_t tasks = 0;
  double medianTaskSeconds = 0;  ///< within 6 %
  double maxTaskSeconds = 0;

  const PhaseStatistics& operator[](Phase phase) const { return phases[static_cast<std::size_t>(phase)]; }
};

/// Which program on which machine the times belong to.
struct RunContext {
  std::string program;
  std::vector<std::string> arguments;
  int ranks = 0;
  std::vector<std::string> hosts;  ///< by rank
  std::string mpiLibrary;
  std::string version;
  std::string commit;
  std::string compiler;
  std::string flags;
  std::string date;  ///< UTC, ISO 8601
};

/// Where the time of a program went, on all ranks, up to the moment when it was asked for.
struct Statistics {
  RunContext context;
  StageStatistics total;
  std::vector<StageStatistics> stages;  ///< in the order of their first jobs

  /// The sum of a rank's phases during jobs, over the wall time of its jobs: the least and the greatest over the ranks.
  double leastAccounted = 1;
  double mostAccounted = 1;

  /// Named accumulators with their values as text.
  std::vector<std::pair<std::string, std::string>> accumulators;

  /// For reading: seconds and the share of execute, min, mean and max over ranks; stages with their skew.
  std::string table() const;

  /// For programs: everything, with a `context` block.
  std::string json() const;
};

std::ostream& operator<<(std::ostream& out, const Statistics& statistics);

}  // namespace seltzer
