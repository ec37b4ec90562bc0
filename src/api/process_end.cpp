#include "api/process_end.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/errors.hpp>
#include <seltzer/task_context.hpp>

#include "api/statistics_file.hpp"
#include "net/environment.hpp"
#include "net/exception_text.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {
namespace {

std::terminate_handler terminateBefore = nullptr;

/// False in a child of `fork` or `vfork`, which inherits the handlers and must not act on them.
bool runsHere() {
  const RunningProgram& running = runningProgram();
  return running.communicator != nullptr && running.process == ::getpid();
}

/// What this rank was doing, to begin a message with: "map at pi.cpp:42, partition 3: ", or empty if that is not known
/// here.
std::string activityPrefix() {
  const Executor* executor = Executor::current();
  if (executor == nullptr || std::this_thread::get_id() != runningProgram().thread) return {};
  const std::string activity = executor->activity();
  return activity.empty() ? activity : activity + ": ";
}

/// The user called `std::exit`: the driver function may, and shuts down the other ranks; a task or another thread
/// aborts.
void onExit(int code, void*) {
  if (!runsHere()) return;
  RunningProgram& running = runningProgram();
  Communicator& communicator = *std::exchange(running.communicator, nullptr);
  Scheduler* scheduler = std::exchange(running.scheduler, nullptr);
  if (scheduler == nullptr || scheduler->busy() || TaskContext::current() != nullptr) {
    communicator.abort(exitTask, fmt::format("{}std::exit({}) was called inside a job; throw an exception instead",
                                             activityPrefix(), code));
  }
  if (std::this_thread::get_id() != running.thread) {
    communicator.abort(exitTask, fmt::format("std::exit({}) was called by a thread other than that of the driver "
                                             "function; let the driver function return instead",
                                             code));
  }
  try {
    const int written = writeStatistics(*scheduler);
    const int agreed = code == exitDone ? written : code;
    scheduler->shutdown(agreed);
    Environment::finalize();
    running.failureDetector->stop();
    if (agreed == code) return;
    std::fflush(nullptr);
    ::_exit(agreed);  // the code of std::exit cannot be changed
  } catch (const std::exception& error) {
    communicator.abort(exitTask, fmt::format("after std::exit({}): {}", code, textOf(error)));
  }
}

/// Does not know the exit code, so it cannot pass it to the other ranks.
void onQuickExit() {
  if (!runsHere() || runningProgram().communicator->size() == 1) return;
  runningProgram().communicator->abort(
      exitTask,
      activityPrefix() + "std::quick_exit was called; throw an exception, or let the driver function return, instead");
}

[[noreturn]] void onTerminate() {
  if (!runsHere()) {
    if (terminateBefore != nullptr) terminateBefore();
    std::abort();
  }
  std::string what = activityPrefix() + "std::terminate was called";
  if (const std::exception_ptr exception = std::current_exception()) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      what += fmt::format(", after an exception: {}", typedTextOf(error));
    } catch (...) {
      what += ", after " + textOfOtherException();
    }
  }
  runningProgram().communicator->abort(exitTask, what);
}

}  // namespace

RunningProgram& runningProgram() {
  static RunningProgram running;
  return running;
}

void registerEndHandlers() {
  static const bool registered = [] {
    phaseClock();  // constructed before the handler is registered, so destroyed after it has run
    runningProgram();
    ::on_exit(onExit, nullptr);
    std::at_quick_exit(onQuickExit);
    terminateBefore = std::set_terminate(onTerminate);
    return true;
  }();
  static_cast<void>(registered);
}

}  // namespace seltzer::detail
