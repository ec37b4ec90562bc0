#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/run.hpp>

#include "api/options.hpp"
#include "api/process_end.hpp"
#include "api/statistics_file.hpp"
#include "data/scratch_file.hpp"
#include "driver/time_limit.hpp"
#include "engine/diagnostic.hpp"
#include "files/full_disk.hpp"
#include "files/zstd_decompressor.hpp"
#include "metrics/build_info.hpp"
#include "metrics/memory_limit.hpp"
#include "net/deadline.hpp"
#include "net/environment.hpp"
#include "net/exception_text.hpp"
#include "net/failure_detector.hpp"
#include "net/forked_copy.hpp"
#include "net/launch_check.hpp"
#include "net/program_identity.hpp"
#include "worker/stack_limit.hpp"

namespace seltzer::detail {
namespace {

/// Ensures that a process calls `run` only once.
class OnlyRun {
 public:
  /// Throws on any later or concurrent call.
  OnlyRun() {
    State before = State::never;
    if (state_.compare_exchange_strong(before, State::now)) return;
    if (before == State::over) {
      throw LaunchError(
          "seltzer::run was called a second time, and MPI starts only once in a process: do it all in one "
          "driver function",
          wasFirstRank_);
    }
    throw std::logic_error(
        "seltzer::run was called while it runs; call it once, from main, and use the Context that the driver function "
        "is given");
  }
  ~OnlyRun() { state_ = State::over; }
  OnlyRun(const OnlyRun&) = delete;
  OnlyRun& operator=(const OnlyRun&) = delete;

  /// On a second call only rank 0 prints.
  void setRank(int rank) { wasFirstRank_ = rank == 0; }

 private:
  enum class State { never, now, over };

  inline static std::atomic<State> state_{State::never};
  inline static bool wasFirstRank_ = true;
};

/// The start of all ranks may take this many rank timeouts, MPI_Finalize one, and each a margin.
constexpr int startLimits = 5;
constexpr std::chrono::seconds margin{10};

/// **Collective.** All ranks use rank 0's options. A help text or an error is printed once, and all ranks return its
/// exit code.
std::optional<int> agreeOnOptions(Communicator& communicator, Options& options) {
  Bytes message;
  const int code = options.error ? exitUsage : options.help ? exitDone : -1;
  if (communicator.rank() == 0) {
    WireWriter writer(message);
    writer << code << options.config;
    for (const std::string& warning : options.warnings) printDiagnostic(warning);
    if (options.help) std::fputs(options.help->c_str(), stdout);
    if (options.error) printDiagnostic(*options.error);
  }
  communicator.broadcastMessage(message);
  WireReader reader(message);
  const int agreed = reader.read<int>();
  options.config = reader.read<Config>();
  return agreed < 0 ? std::nullopt : std::optional(agreed);
}

/// This rank's memory limit.
OriginatedLimit findMemoryLimit(const Communicator& communicator, std::size_t option) {
  int ranksOfHost = 0;
  for (int rank = 0; rank < communicator.size(); ++rank)
    ranksOfHost += communicator.hostOf(rank) == communicator.host();
  return memoryLimitOfRank(MemoryLimitSources::ofThisProcess(), ranksOfHost, option);
}

/// **Collective.** If a rank has too little memory all ranks return the exit code, and rank 0 prints why.
std::optional<int> refuseLittleMemory(Communicator& communicator, const OriginatedLimit& mine) {
  if (communicator.agree(mine.bytes == 0 || mine.bytes >= leastMemory)) return std::nullopt;
  std::vector<OriginatedLimit> limits;
  for (const Bytes& limit : communicator.gather(toWire(mine))) limits.push_back(fromWire<OriginatedLimit>(limit));
  if (communicator.rank() == 0) {
    const MemoryLimit least = leastLimit(limits);
    printDiagnostic(fmt::format(
        "rank {} on {} may take {} bytes of memory, its share of the limit that comes from {}: a rank needs "
        "at least {}; start fewer ranks per node, or request more memory",
        least.rank, communicator.hostOf(least.rank), least.bytes, least.origin, leastMemory));
  }
  return exitUsage;
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
    printDiagnostic(error.what());
    return error.failure().diskFull || error.failure().noRoom ? exitMemory : exitTask;
  } catch (const MemoryError& error) {
    printDiagnostic(error.what());
    return exitMemory;
  } catch (const TimeLimitError& error) {
    printDiagnostic(error.what());
    return exitRequeue;
  } catch (const UsageError& error) {
    printDiagnostic(error.what());
    return exitUsage;
  } catch (const OutputError& error) {
    printDiagnostic(error.what());
    return meansFullDisk(error.code()) ? exitMemory : exitUsage;
  } catch (const std::bad_alloc&) {
    printDiagnostic("out of memory on the driver");
    return exitMemory;
  } catch (const CommunicatorError&) {
    throw;
  } catch (const std::exception& error) {
    printDiagnostic(fmt::format("the driver function ended with an exception: {}", typedTextOf(error)));
    return exitDriver;
  } catch (...) {
    printDiagnostic(fmt::format("the driver function ended with {}", textOfOtherException()));
    return exitDriver;
  }
}

int drive(Executor& executor, const std::vector<std::string>& arguments, const std::function<int(Context&)>& driver) {
  Scheduler scheduler(executor);
  scheduler.setContext(describeProgram(executor.communicator(), arguments));
  runningProgram().scheduler = &scheduler;
  Context context(scheduler);
  if (const int refused = checkStatisticsFile(executor.config().statsFile); refused != exitDone) {
    scheduler.shutdown(refused);
    runningProgram().scheduler = nullptr;
    return refused;
  }
  int code = callDriver(context, driver);
  if (isForkedCopy()) std::exit(code);  // a child that the driver function forked
  const int written = writeStatistics(scheduler);
  if (code == exitDone) code = written;
  scheduler.shutdown(code);
  runningProgram().scheduler = nullptr;
  return code;
}

int runRanks(Communicator& communicator, std::optional<Deadline>& start,
             std::optional<FailureDetector>& failureDetector, Options& options,
             const std::vector<std::string>& arguments, const std::function<int(Context&)>& driver) {
  if (const auto code = agreeOnOptions(communicator, options)) return *code;
  const OriginatedLimit memoryLimit = findMemoryLimit(communicator, options.config.memory);
  if (const auto code = refuseLittleMemory(communicator, memoryLimit)) return *code;
  if (communicator.rank() == 0) setScratchWarning(printDiagnostic);
  communicator.setMessageLimit(options.config.messageLimit);
  zstdWindowLog = options.config.zstdWindowLog;
  RunningProgram& running = runningProgram();
  running.process = ::getpid();
  running.thread = std::this_thread::get_id();
  running.communicator = &communicator;
  int code = exitTask;
  try {
    running.failureDetector = &failureDetector.emplace(communicator, std::chrono::seconds(options.config.rankTimeout));
    start.reset();
    Executor executor(communicator, *failureDetector, options.config, memoryLimit);
    code = communicator.rank() == 0 ? drive(executor, arguments, driver) : executor.serve();
  } catch (const std::bad_alloc&) {
    communicator.abort(exitMemory, "out of memory");
  } catch (const std::exception& error) {
    communicator.abort(exitTask, textOf(error));
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
    OnlyRun only;
    checkProcessManager([](const char* name) { return std::getenv(name); });
    Options options = parseOptions(argc, argv);
    const bool limited = options.config.rankTimeout > 0;
    const std::chrono::seconds limit(options.config.rankTimeout);
    std::optional<Deadline> start;
    if (limited) {
      start.emplace(
          startLimits * limit + margin, "the start of the program (MPI_Init)",
          fmt::format("{} times --seltzer-rank-timeout {} and {} s", startLimits, limit.count(), margin.count()));
    }
    std::optional<FailureDetector> failureDetector;  // destroyed after MPI has ended
    Environment environment(argc, argv, limited ? limit + margin : limit);
    Communicator communicator;
    only.setRank(communicator.rank());
    checkNotAlone(communicator);
    checkSameProgram(communicator, programIdentity(Registry::size(), Registry::hash()));
    registerEndHandlers();
    return runRanks(communicator, start, failureDetector, options, arguments, driver);
  } catch (const LaunchError& error) {
    if (error.shouldPrint()) {
      printDiagnostic(error.what());
    } else {
      // mpirun ends all ranks once one returns an error. Without MPI they cannot wait for each other, so the rank that
      // prints is given a second.
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return exitUsage;
  }
}

}  // namespace seltzer::detail
