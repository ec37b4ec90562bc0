#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <memory>
#include <new>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <seltzer/api/run.hpp>
#include <seltzer/data/wire_reader.hpp>
#include <seltzer/data/wire_writer.hpp>
#include <seltzer/files/usage_error.hpp>
#include <seltzer/files/zstd_decompressor.hpp>
#include <seltzer/functions/registry.hpp>
#include <seltzer/net/environment.hpp>
#include <seltzer/net/launch_check.hpp>
#include <seltzer/net/program_identity.hpp>
#include <seltzer/net/rank_watch.hpp>
#include <seltzer/scheduler/stack_limit.hpp>
#include <seltzer/scheduler/time_limit.hpp>
#include <seltzer/statistics/build_info.hpp>

#include "options.hpp"

namespace seltzer::detail {
namespace {

/// What runs at present: for `std::exit` and `std::terminate`, which come without an argument.
struct RunningProgram {
  Communicator* communicator = nullptr;
  RankWatch* watch = nullptr;
  Scheduler* scheduler = nullptr;
};

RunningProgram running;

void complain(std::string_view message) {
  fmt::print(stderr, "seltzer: {}\n", message);
}

/// Whether the statistics can be written to `file`, if that is a name at all: better to say so before the work than
/// after it.
bool canWrite(const std::string& file) {
  if (file.empty() || std::ofstream(file, std::ios::app)) return true;
  complain(fmt::format("the statistics cannot be written to {}: give --seltzer-stats another path", file));
  return false;
}

/// Writes the statistics where the options say, if they do; a file that cannot be written is an error of the disk.
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

/// The user called `std::exit`: the driver function takes the other ranks along; a task cannot.
void onExit(int code, void*) {
  if (running.communicator == nullptr) return;
  Communicator& communicator = *std::exchange(running.communicator, nullptr);
  Scheduler* scheduler = std::exchange(running.scheduler, nullptr);
  if (scheduler == nullptr || scheduler->busy() || TaskContext::current() != nullptr) {
    communicator.abort(exitTask,
                       fmt::format("std::exit({}) was called inside a job; throw an exception instead", code));
  }
  try {
    writeStatistics(*scheduler);
    scheduler->shutdown(code);
    Environment::finalize();
    running.watch->stop();
  } catch (const std::exception& error) {
    communicator.abort(exitTask, fmt::format("after std::exit({}): {}", code, error.what()));
  }
}

[[noreturn]] void onTerminate() {
  if (running.communicator != nullptr) {
    std::string what = "std::terminate was called";
    if (const std::exception_ptr exception = std::current_exception()) {
      try {
        std::rethrow_exception(exception);
      } catch (const std::exception& error) {
        what += fmt::format(", after an exception: {}", error.what());
      } catch (...) {
        what += ", after an exception that is not derived from std::exception";
      }
    }
    running.communicator->abort(exitTask, what);
  }
  std::abort();
}

/// **Collective.** Rank 0's options for all: a help text or an error is printed once, and gives the exit code on every
/// rank.
std::optional<int> agreeOnOptions(Communicator& communicator, Options& options) {
  Bytes message;
  const int code = options.error ? exitUsage : options.help ? exitDone : -1;
  if (communicator.rank() == 0) {
    WireWriter writer(message);
    writer << code << options.config;
    for (const std::string& warning : options.warnings) complain(warning);
    if (options.help) fmt::print("{}", *options.help);
    if (options.error) complain(*options.error);
  }
  communicator.broadcastMessage(message);
  WireReader reader(message);
  const int agreed = reader.read<int>();
  options.config = reader.read<Config>();
  return agreed < 0 ? std::nullopt : std::optional(agreed);
}

RunContext describeProgram(const Communicator& communicator, const std::vector<std::string>& arguments) {
  RunContext context;
  context.program = arguments.empty() ? "" : arguments.front();
  if (!arguments.empty()) context.arguments.assign(arguments.begin() + 1, arguments.end());
  context.ranks = communicator.size();
  for (int rank = 0; rank < communicator.size(); ++rank) context.hosts.push_back(communicator.hostOf(rank));
  context.mpiLibrary = Environment::library();
  const BuildInfo& build = buildInfo();
  context.version = build.version;
  context.commit = build.commit;
  context.compiler = build.compiler;
  context.flags = build.flags;
  context.date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  return context;
}

/// Runs the driver function and turns what it throws into an exit code and one message.
int callDriver(Context& context, const std::function<int(Context&)>& driver) {
  try {
    return driver(context);
  } catch (const TaskError& error) {
    complain(error.what());
    return error.failure().diskFull ? exitMemory : exitTask;
  } catch (const TimeLimitError& error) {
    complain(error.what());
    return exitRequeue;
  } catch (const UsageError& error) {
    complain(error.what());
    return exitUsage;
  } catch (const OutputError& error) {
    complain(error.what());
    return meansFullDisk(error.code()) ? exitMemory : exitUsage;
  } catch (const std::bad_alloc&) {
    complain("out of memory on the driver");
    return exitMemory;
  } catch (const CommunicatorError&) {
    throw;
  } catch (const std::exception& error) {
    complain(fmt::format("the driver function ended with an exception: {}", error.what()));
    return exitDriver;
  } catch (...) {
    complain("the driver function ended with an exception that is not derived from std::exception");
    return exitDriver;
  }
}

int drive(Executor& executor, const std::vector<std::string>& arguments, const std::function<int(Context&)>& driver) {
  Scheduler scheduler(executor);
  scheduler.setContext(describeProgram(executor.communicator(), arguments));
  running.scheduler = &scheduler;
  Context context(scheduler);
  if (!canWrite(executor.config().statsFile)) {
    scheduler.shutdown(exitMemory);
    running.scheduler = nullptr;
    return exitMemory;
  }
  int code = callDriver(context, driver);
  const int written = writeStatistics(scheduler);
  if (code == exitDone) code = written;
  scheduler.shutdown(code);
  running.scheduler = nullptr;
  return code;
}

int runRanks(Communicator& communicator, std::optional<RankWatch>& watch, Options& options,
             const std::vector<std::string>& arguments, const std::function<int(Context&)>& driver) {
  if (const auto code = agreeOnOptions(communicator, options)) return *code;
  communicator.setMessageLimit(options.config.messageLimit);
  zstdWindowLog = options.config.zstdWindowLog;
  running.communicator = &communicator;
  int code = exitTask;
  try {
    running.watch = &watch.emplace(communicator, std::chrono::seconds(options.config.rankTimeout));
    Executor executor(communicator, *watch, options.config);
    code = communicator.rank() == 0 ? drive(executor, arguments, driver) : executor.serve();
  } catch (const std::bad_alloc&) {
    communicator.abort(exitMemory, "out of memory");
  } catch (const std::exception& error) {
    communicator.abort(exitTask, error.what());
  }
  running = {};
  return code;
}

}  // namespace

int runProgram(int& argc, char**& argv, const std::function<int(Context&)>& driver) {
  raiseStackLimit();
  rememberTimeLimitSignal();
  const std::vector<std::string> arguments(argv, argv + argc);
  try {
    checkProcessManager([](const char* name) { return std::getenv(name); });
    std::optional<RankWatch> watch;  // ends after MPI
    Environment environment(argc, argv);
    Options options = parseOptions(argc, argv);
    Communicator communicator;
    checkNotAlone(communicator);
    checkSameProgram(communicator, programIdentity(Registry::size(), Registry::hash()));
    static const bool registered = [] {
      phaseClock();  // made before the handler is registered, and so destroyed after it ran
      ::on_exit(onExit, nullptr);
      std::set_terminate(onTerminate);
      return true;
    }();
    static_cast<void>(registered);
    return runRanks(communicator, watch, options, arguments, driver);
  } catch (const LaunchError& error) {
    if (error.speaks()) complain(error.what());
    return exitUsage;
  }
}

}  // namespace seltzer::detail
