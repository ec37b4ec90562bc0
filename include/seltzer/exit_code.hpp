#pragma once

namespace seltzer {

/// What a program that ends through `run` returns to its launcher.
enum ExitCode : int {
  exitDone = 0,       ///< the driver returned
  exitDriver = 1,     ///< the driver threw
  exitUsage = 2,      ///< a bad option, an input that is missing, an output that exists, a start that cannot work
  exitTask = 3,       ///< a task failed for good, or a rank could not go on
  exitMemory = 4,     ///< out of memory or disk
  exitRequeue = 85,   ///< the time limit is near: to be requeued
  exitRankLost = 205  ///< a rank fell silent; mpirun itself says so of a host that is lost
};

}  // namespace seltzer
