#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <mpi.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

// Signals that stop ranks or announce a time limit. The second argument is a rank or a time in milliseconds.

namespace {

using namespace seltzer;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("does not hold: " + what);
}

void sleepFor(std::int64_t milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::int64_t ranksOf(Context& sc) {
  return static_cast<std::int64_t>(sc.defaultParallelism());
}

/// One element for each rank, in a partition on that rank.
RDD<std::int64_t> onEachRank(Context& sc) {
  return sc.range(0, ranksOf(sc), 1, ranksOf(sc));
}

/// Runs `work` in a child process while this process continues.
template <class Work>
void meanwhile(Work work) {
  if (::fork() != 0) return;
  work();
  ::_exit(0);
}

void stopInTask(Context& sc, std::int64_t rank) {
  onEachRank(sc).foreach ([rank](std::int64_t x) {
    if (x == rank) ::raise(SIGSTOP);
  });
}

void stopBetweenJobs(Context& sc, std::int64_t rank) {
  onEachRank(sc).foreach ([rank](std::int64_t x) {
    if (x != rank) return;
    meanwhile([parent = ::getpid()] {
      sleepFor(200);
      ::kill(parent, SIGSTOP);
    });
  });
  sleepFor(500);
  onEachRank(sc).count();
}

/// Called when MPI ends, which first deletes the attributes of MPI_COMM_SELF.
int stopNow(MPI_Comm, int, void*, void*) {
  return ::raise(SIGSTOP) == 0 ? MPI_SUCCESS : MPI_ERR_OTHER;
}

void stopInFinalize(Context& sc, std::int64_t rank) {
  onEachRank(sc).foreach ([rank](std::int64_t x) {
    if (x != rank) return;
    int key = 0;
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, stopNow, &key, nullptr);
    MPI_Comm_set_attr(MPI_COMM_SELF, key, nullptr);
  });
}

void stopInFinalizeAfterExit(Context& sc, std::int64_t rank) {
  stopInFinalize(sc, rank);
  std::exit(0);
}

/// All ranks stop for a while and continue, as in a suspended job.
void suspendAll(Context& sc, std::int64_t milliseconds) {
  const std::vector<int> processes =
      onEachRank(sc).map([](std::int64_t) { return static_cast<int>(::getpid()); }).collect();
  meanwhile([&] {
    for (const int process : processes) ::kill(process, SIGSTOP);
    sleepFor(milliseconds);
    for (const int process : processes) ::kill(process, SIGCONT);
  });
  onEachRank(sc).foreach ([milliseconds](std::int64_t) { sleepFor(milliseconds); });
  require(onEachRank(sc).count() == ranksOf(sc), "the job after the pause");
}

void longTask(Context& sc, std::int64_t milliseconds) {
  onEachRank(sc).foreach ([milliseconds](std::int64_t x) {
    if (x == 0) sleepFor(milliseconds);
  });
  onEachRank(sc).foreach ([milliseconds](std::int64_t x) {
    if (x != 0) sleepFor(milliseconds);
  });
  sleepFor(milliseconds);
}

void limitBeforeJob(Context& sc, std::int64_t) {
  ::raise(SIGUSR1);
  onEachRank(sc).count();
}

/// The stage during which the signal arrives is completed, the next is not started.
void limitBetweenStages(Context& sc, std::int64_t) {
  const auto counted = sc.accumulator(std::int64_t{0}, "map side");
  const auto pairs = onEachRank(sc).map([counted](std::int64_t x) {
    counted.add(1);
    if (x == 0) ::raise(SIGUSR1);
    return std::pair(x % 2, x);
  });
  try {
    pairs.reduceByKey(std::plus<>()).collect();
  } catch (const TimeLimitError&) {
    require(counted.value() == ranksOf(sc), "the first stage is whole");
    throw;
  }
}

void limitCaught(Context& sc, std::int64_t) {
  for (int signals = 0; signals < 3; ++signals) {
    ::raise(SIGUSR1);
    bool thrown = false;
    try {
      onEachRank(sc).count();
    } catch (const TimeLimitError&) {
      thrown = true;
    }
    require(thrown, "each signal is told once");
    require(onEachRank(sc).count() == ranksOf(sc), "the job after a signal");
  }
}

/// Only rank 0's signal counts, since a batch system sends it to all ranks in any order.
void limitElsewhere(Context& sc, std::int64_t) {
  onEachRank(sc).foreach ([](std::int64_t x) {
    if (x != 0) ::raise(SIGUSR1);
  });
  require(onEachRank(sc).count() == ranksOf(sc), "the job after a signal elsewhere");
}

volatile std::sig_atomic_t handled = 0;

/// Whether this rank stops when it creates the socket of its failure detector.
bool stopsInStart = false;

void nothingElse(Context&, std::int64_t) {}

void limitHandledByProgram(Context& sc, std::int64_t) {
  ::raise(SIGUSR1);
  require(handled == 1, "the program's own handler");
  onEachRank(sc).count();
}

}  // namespace

/// Replaces the C library's. MPI's datagram sockets are blocking, the failure detector's is not.
extern "C" int socket(int domain, int type, int protocol) noexcept {
  const bool isHeartbeatSocket = (type & SOCK_DGRAM) != 0 && (type & SOCK_NONBLOCK) != 0;
  if (isHeartbeatSocket && std::exchange(stopsInStart, false)) ::raise(SIGSTOP);
  return static_cast<int>(::syscall(SYS_socket, domain, type, protocol));
}

int main(int argc, char** argv) {
  ::setenv("SELTZER_MOVE_TASKS", "off", 0);  // scenarios reach each rank by a task of its own
  const std::string scenario = argv[1];
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  stopsInStart = scenario == "stop-in-start" && rank != nullptr && rank == std::string_view(argv[2]);
  if (scenario == "limit-handled-by-program") std::signal(SIGUSR1, [](int) { handled = 1; });
  return seltzer::run(argc, argv, [&](Context& sc) {
    const std::map<std::string, std::function<void(Context&, std::int64_t)>> scenarios{
        {"stop-in-task", stopInTask},
        {"stop-between-jobs", stopBetweenJobs},
        {"stop-in-start", nothingElse},
        {"stop-in-finalize", stopInFinalize},
        {"stop-in-finalize-after-exit", stopInFinalizeAfterExit},
        {"suspend-all", suspendAll},
        {"long-task", longTask},
        {"limit-before-job", limitBeforeJob},
        {"limit-between-stages", limitBetweenStages},
        {"limit-caught", limitCaught},
        {"limit-elsewhere", limitElsewhere},
        {"limit-handled-by-program", limitHandledByProgram}};
    scenarios.at(scenario)(sc, argc > 2 ? std::atoll(argv[2]) : 0);
    std::puts("all holds");
  });
}
