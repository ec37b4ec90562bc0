#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <mpi.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

// Programs that fork, end in unusual ways, start and end MPI themselves, or close descriptors that are not theirs.
// process_program <scenario> [rank]: actions in tasks happen on that rank.

namespace {

using namespace seltzer;

int theArgc = 0;
char** theArgv = nullptr;

int runAgain() {
  return seltzer::run(theArgc, theArgv, [](Context&) { std::puts("the inner driver function runs"); });
}

std::int64_t ranksOf(Context& sc) {
  return static_cast<std::int64_t>(sc.ranks());
}

/// Calls `act` in a task on that rank, as long as tasks do not move.
template <auto act>
void inTask(Context& sc, std::int64_t rank) {
  sc.range(0, ranksOf(sc), 1, ranksOf(sc)).foreach ([rank](std::int64_t x) {
    if (x == rank) act();
  });
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("does not hold: " + what);
}

/// A child process ends by `end`, and the job continues unaffected.
template <class End>
void childEnds(End end) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    end();
    ::_exit(99);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
}

void childExits() {
  childEnds([] {
    ::execlp("no-such-program", "no-such-program", nullptr);
    std::exit(127);
  });
}
void childQuickExits() {
  childEnds([] { std::quick_exit(3); });
}
void childTerminates() {
  childEnds([] { std::terminate(); });
}
void childAborts() {
  childEnds([] { std::abort(); });
}
void throwError() {
  throw std::runtime_error("of the child");
}
void childThrows() {
  childEnds([]() noexcept { throwError(); });
}
void childFinalizes() {
  childEnds([] { MPI_Finalize(); });
}
void childRuns() {
  childEnds([]() noexcept { runAgain(); });
}
void othersExit() {
  childEnds([] { childExits(); });  // a grandchild
  if (std::system("exit 3") == -1) throw std::runtime_error("system");
  std::string command = "/bin/false";
  std::vector<char*> arguments{command.data(), nullptr};
  ::pid_t child = -1;
  if (::posix_spawn(&child, command.c_str(), nullptr, nullptr, arguments.data(), environ) == 0) {
    ::waitpid(child, nullptr, 0);
  }
  childEnds([] { std::signal(SIGTERM, [](int) { std::exit(4); }), std::raise(SIGTERM); });
}

/// Calls `act` in a task and in the driver function.
template <auto act>
void everywhere(Context& sc, std::int64_t rank) {
  act();
  inTask<act>(sc, rank);
  act();
  require(sc.range(0, 1000, 1, 2 * ranksOf(sc)).count() == 1000, "the next job");
}

template <auto act>
void onDriver(Context&, std::int64_t) {
  act();
}

template <auto act>
void onRank(Context& sc, std::int64_t rank) {
  inTask<act>(sc, rank);
}

/// The child returns from the function.
void forkAndReturn() {
  ::fork();
}

/// Copies of a rank that come back into a task take no tasks, send nothing and write to no file of the rank.
void copiesTouchNothing(Context& sc, std::int64_t) {
  constexpr std::int64_t size = 1000;
  const std::int64_t partitions = 4 * ranksOf(sc);
  const auto forking = sc.range(0, size, 1, partitions).map([partitions](std::int64_t x) {
    if (x == size - 1) ::fork();  // in the task that its rank runs first
    if (x % (size / partitions) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return x;
  });
  require(forking.count() == size, "a count");
  require(forking.sum() == size * (size - 1) / 2, "a sum");
  const auto byRest = forking.map([](std::int64_t x) { return std::pair(x % 10, x); }).reduceByKey(std::plus<>(), 5);
  require(byRest.values().sum() == size * (size - 1) / 2, "a sum by key");
  const std::string folder = theArgv[3];
  forking.saveAsTextFile(folder);
  require(sc.textFile(folder).count() == size, "lines of the saved files");
}

void finalize() {
  MPI_Finalize();
}

void initialize() {
  MPI_Init(nullptr, nullptr);
}

void closeAll() {
  for (int descriptor = 3; descriptor < 1024; ++descriptor) ::close(descriptor);
}

void closeAllAndOpenOthers() {
  closeAll();
  for (int files = 0; files < 60; ++files) static_cast<void>(::open("/dev/null", O_RDWR));
}

void exitInHandler() {
  std::signal(SIGTERM, [](int) { std::exit(4); });
  std::raise(SIGTERM);
}

void nothing(Context&, std::int64_t) {}

const std::map<std::string, std::function<void(Context&, std::int64_t)>> scenarios{
    {"nothing", nothing},
    {"init-single", nothing},
    {"init-funneled", nothing},
    {"init-multiple", nothing},
    {"init-and-end", nothing},
    {"run-in-other-thread", nothing},
    {"run-twice", nothing},
    {"stop-before-run", nothing},
    {"child-exits", everywhere<childExits>},
    {"child-quick-exits", everywhere<childQuickExits>},
    {"child-terminates", everywhere<childTerminates>},
    {"child-aborts", everywhere<childAborts>},
    {"child-throws", everywhere<childThrows>},
    {"child-finalizes", everywhere<childFinalizes>},
    {"child-runs", everywhere<childRuns>},
    {"others-exit", everywhere<othersExit>},
    {"copy-leaves-driver", onDriver<forkAndReturn>},
    {"copy-leaves-task", onRank<forkAndReturn>},
    {"copies-leave-tasks", copiesTouchNothing},
    {"quick-exit-in-driver", onDriver<[] { std::quick_exit(0); }>},
    {"quick-exit-in-task", onRank<[] { std::quick_exit(0); }>},
    {"underscore-exit-in-driver", onDriver<[] { ::_exit(0); }>},
    {"underscore-exit-in-task", onRank<[] { ::_exit(0); }>},
    {"exit-in-thread", onDriver<[] { std::thread([] { std::exit(0); }).join(); }>},
    {"exit-in-handler-of-driver", onDriver<exitInHandler>},
    {"exit-in-handler-of-task", onRank<exitInHandler>},
    {"run-in-driver", onDriver<runAgain>},
    {"run-in-task", onRank<runAgain>},
    {"run-in-thread", onDriver<[] { std::thread(runAgain).join(); }>},
    {"finalize-in-driver", onDriver<finalize>},
    {"finalize-in-task", onRank<finalize>},
    {"init-in-driver", onDriver<initialize>},
    {"init-in-task", onRank<initialize>},
    {"abort-in-driver", onDriver<[] { MPI_Abort(MPI_COMM_WORLD, 9); }>},
    {"abort-in-task", onRank<[] { MPI_Abort(MPI_COMM_WORLD, 9); }>},
    {"pipe",
     [](Context& sc, std::int64_t) {
       require(sc.range(0, ranksOf(sc), 1, ranksOf(sc)).pipe(theArgv[3]).count() == ranksOf(sc), "a line each");
     }},
    {"close-all-in-driver", onDriver<closeAll>},
    {"close-all-in-task", onRank<closeAll>},
    {"close-and-open-in-task", onRank<closeAllAndOpenOthers>},
    {"close-all-and-work",
     [](Context& sc, std::int64_t rank) {
       inTask<closeAll>(sc, rank);
       for (int jobs = 0; jobs < 100; ++jobs) sc.range(0, 1000, 1, ranksOf(sc)).count();
       std::this_thread::sleep_for(std::chrono::seconds(2));
     }},
};

int runOnce(const std::string& scenario) {
  return seltzer::run(theArgc, theArgv, [&](Context& sc) {
    const auto known = scenarios.find(scenario);
    if (known == scenarios.end()) throw std::invalid_argument("no scenario " + scenario);
    known->second(sc, theArgc > 2 ? std::atoll(theArgv[2]) : 0);
    require(sc.range(1000).count() == 1000, "a job works");
    std::puts("all holds");
  });
}

int startAndRun(int level, const std::string& scenario) {
  int provided = 0;
  MPI_Init_thread(&theArgc, &theArgv, level, &provided);
  const int code = runOnce(scenario);
  int rank = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int sum = -1;
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (rank == 0) std::printf("MPI still works: %d\n", sum);
  MPI_Finalize();
  return code;
}

int runScenario(const std::string& scenario) {
  if (scenario == "init-single") return startAndRun(MPI_THREAD_SINGLE, scenario);
  if (scenario == "init-funneled") return startAndRun(MPI_THREAD_FUNNELED, scenario);
  if (scenario == "init-multiple") return startAndRun(MPI_THREAD_MULTIPLE, scenario);
  if (scenario == "init-and-finalize-in-task") return startAndRun(MPI_THREAD_FUNNELED, "finalize-in-task");
  if (scenario == "init-and-exit") {
    int provided = 0;
    MPI_Init_thread(&theArgc, &theArgv, MPI_THREAD_FUNNELED, &provided);
    const int code = seltzer::run(theArgc, theArgv, [](Context&) { std::exit(5); });
    MPI_Finalize();  // rank 0 takes part in its exit handler
    return code;
  }
  if (scenario == "init-and-end") {
    MPI_Init(&theArgc, &theArgv);
    MPI_Finalize();
  }
  if (scenario == "run-in-other-thread") {
    int provided = 0;
    MPI_Init_thread(&theArgc, &theArgv, MPI_THREAD_FUNNELED, &provided);
    int code = 0;
    std::thread([&] { code = runOnce(scenario); }).join();
    MPI_Finalize();
    return code;
  }
  const int code = runOnce(scenario);
  return scenario == "run-twice" ? runOnce(scenario) : code;
}

}  // namespace

int main(int argc, char** argv) {
  const bool mayMove = argc > 1 && argv[1] == std::string("copies-leave-tasks");
  ::setenv("SELTZER_MOVE_TASKS", mayMove ? "auto" : "off", 0);  // other scenarios act on a rank that they name
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (argc > 2 && rank != nullptr && argv[1] == std::string("stop-before-run") && argv[2] == std::string(rank)) {
    std::raise(SIGSTOP);
  }
  theArgc = argc;
  theArgv = argv;
  const int code = runScenario(argc > 1 ? argv[1] : "nothing");
  std::printf("main returns %d\n", code);
  return code;
}
