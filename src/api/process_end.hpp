#pragma once

#include <thread>

#include <sys/types.h>

#include <seltzer/detail/net/communicator.hpp>

#include "driver/scheduler.hpp"
#include "net/failure_detector.hpp"

namespace seltzer::detail {

/// What runs at present, for `std::exit`, `std::quick_exit` and `std::terminate`, which come without an argument.
struct RunningProgram {
  Communicator* communicator = nullptr;  ///< null: nothing runs
  FailureDetector* watch = nullptr;
  Scheduler* scheduler = nullptr;  ///< on rank 0, while the driver function runs
  ::pid_t process = -1;            ///< that runs it, of which others may be copies
  std::thread::id thread;          ///< that called `run`
};

RunningProgram& runningProgram();

/// From now on a process that ends while a program runs takes the other ranks along: with the exit code where the
/// driver function calls `std::exit`, otherwise with a message. In another process than the one that runs the program,
/// as a forked child is, nothing happens. May be called again.
void registerEndHandlers();

}  // namespace seltzer::detail
