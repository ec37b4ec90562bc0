#pragma once

#include <thread>

#include <sys/types.h>

#include <seltzer/detail/net/communicator.hpp>

#include "driver/scheduler.hpp"
#include "net/failure_detector.hpp"

namespace seltzer::detail {

/// The program in `run`, for the handlers of `std::exit`, `std::quick_exit` and `std::terminate`, which take no
/// argument.
struct RunningProgram {
  Communicator* communicator = nullptr;  ///< null: none is running
  FailureDetector* failureDetector = nullptr;
  Scheduler* scheduler = nullptr;  ///< on rank 0, while the driver function runs
  ::pid_t process = -1;            ///< that called `run`, to tell it from forked children
  std::thread::id thread;          ///< that called `run`
};

RunningProgram& runningProgram();

/// From now on a process that ends while a program runs ends the other ranks too: with the exit code if the driver
/// function calls `std::exit`, otherwise with a message. Nothing happens in other processes, such as forked children.
/// May be called again.
void registerEndHandlers();

}  // namespace seltzer::detail
