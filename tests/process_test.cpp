#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "program.hpp"
#include "scratch_folder.hpp"

// Programs that fork, exit, use MPI themselves or close descriptors: nothing hangs.

namespace seltzer::test {
namespace {

const Program program(SELTZER_PROGRAM_PROCESS_PROGRAM);

struct Scenario {
  const char* name;
  std::vector<std::string> said;  ///< each printed once
  int exitCode = 0;
  bool alone = true;  ///< also without a launcher
  std::vector<int> victims = {2};
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

std::string nameOf(const testing::TestParamInfo<Scenario>& tested) {
  std::string name = tested.param.name;
  std::erase(name, '-');
  return name;
}

void expectOutcome(const Outcome& outcome, const Scenario& scenario) {
  EXPECT_EQ(outcome.exitCode, scenario.exitCode) << outcome.output;
  for (const std::string& text : scenario.said)
    EXPECT_EQ(countOf(text, outcome.output), 1) << text << '\n' << outcome.output;
  EXPECT_TRUE(program.hasEnded());
}

class Process : public testing::TestWithParam<Scenario> {};

TEST_P(Process, NeverHangs) {
  const Scenario& scenario = GetParam();
  for (const int victim : scenario.victims) {
    SCOPED_TRACE("victim " + std::to_string(victim));
    expectOutcome(program.run(3, scenario.name + (" " + std::to_string(victim))), scenario);
  }
  if (scenario.alone) {
    SCOPED_TRACE("without a launcher");
    expectOutcome(program.run(0, scenario.name), scenario);
  }
}

const std::string works = "all holds";

INSTANTIATE_TEST_SUITE_P(
    Children, Process,
    testing::Values(Scenario{"child-exits", {works}}, Scenario{"child-quick-exits", {works}},
                    Scenario{"child-terminates", {works}}, Scenario{"child-aborts", {works}},
                    Scenario{"child-throws", {works}}, Scenario{"child-runs", {works}},
                    Scenario{"child-finalizes", {works}}, Scenario{"others-exit", {works}},
                    Scenario{"copy-leaves-driver", {}, 0, false, {0}},
                    Scenario{"copy-leaves-task", {works, "which a user's function has forked, came back"}, 0, false}),
    nameOf);

TEST(Process, CopiesThatComeBackIntoTasksTouchNothing) {
  const ScratchFolder scratch;
  for (const int ranks : {0, 2, 3}) {
    const Outcome outcome = program.run(ranks, "copies-leave-tasks 0 " + (scratch / ("saved" + std::to_string(ranks))));
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
    EXPECT_GE(countOf("which a user's function has forked, came back", outcome.output), 4) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ends, Process,
    testing::Values(Scenario{"quick-exit-in-driver", {"std::quick_exit was called; throw"}, 3, false, {0}},
                    Scenario{"quick-exit-in-task", {"std::quick_exit was called; throw"}, 3, false, {0, 2}},
                    Scenario{"exit-in-thread", {"std::exit(0) was called by a thread"}, 3, true, {0}},
                    Scenario{"exit-in-handler-of-driver", {}, 4, true, {0}},
                    Scenario{"exit-in-handler-of-task", {"std::exit(4) was called inside a job"}, 3}),
    nameOf);

const std::string again = "seltzer::run was called while it runs; call it once";
const std::string early = "MPI_Finalize was called before the program's end: remove the call";

INSTANTIATE_TEST_SUITE_P(
    Run, Process,
    testing::Values(Scenario{"run-in-driver", {again}, 1, true, {0}}, Scenario{"run-in-task", {again}, 3},
                    Scenario{"run-in-thread", {again}, 3, true, {0}},
                    Scenario{"run-twice", {works, "seltzer::run was called a second time"}, 2, true, {0}}),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Mpi, Process,
    testing::Values(Scenario{"finalize-in-driver", {early}, 3, true, {0}},
                    Scenario{"finalize-in-task", {early}, 3, true, {0, 2}},
                    Scenario{"init-and-finalize-in-task", {early}, 3}, Scenario{"abort-in-driver", {}, 9, true, {0}},
                    Scenario{"abort-in-task", {}, 9}, Scenario{"init-funneled", {works, "MPI still works: "}},
                    Scenario{"init-multiple", {works, "MPI still works: "}},
                    Scenario{"init-single", {"call MPI_Init_thread with MPI_THREAD_FUNNELED", "MPI still works: "}, 2},
                    Scenario{"init-and-exit", {}, 5}, Scenario{"init-and-end", {"MPI has ended before"}, 2},
                    Scenario{"run-in-other-thread", {"must be called by the thread that started MPI"}, 2}),
    nameOf);

const std::string closed = "the program closed file descriptors that it did not open";

INSTANTIATE_TEST_SUITE_P(Descriptors, Process,
                         testing::Values(Scenario{"close-all-in-driver", {closed}, 3, true, {0}},
                                         Scenario{"close-all-in-task", {closed}, 3, true, {0, 2}},
                                         Scenario{"close-and-open-in-task", {closed}, 3},
                                         Scenario{"close-all-and-work", {closed}, 3}),
                         nameOf);

// --- startup

class ProcessStart : public testing::TestWithParam<std::pair<int, int>> {};

/// MPI itself would wait for that rank forever.
TEST_P(ProcessStart, ARankThatIsStoppedBeforeMpiStartsEndsAll) {
  const auto [ranks, victim] = GetParam();
  const Outcome outcome = program.run(ranks, "stop-before-run " + std::to_string(victim) + " --seltzer-rank-timeout 1");
  EXPECT_EQ(outcome.exitCode, 205) << outcome.output;
  EXPECT_EQ(countOf("the start of the program (MPI_Init) has not come to its end in 15 s", outcome.output), 1)
      << outcome.output;
  EXPECT_EQ(countOf(" is stopped); the limit is 5 times --seltzer-rank-timeout 1 and 10 s", outcome.output), 1)
      << outcome.output;
  EXPECT_TRUE(program.hasEnded());
}

INSTANTIATE_TEST_SUITE_P(Victims, ProcessStart, testing::Values(std::pair(2, 0), std::pair(3, 2)));

// --- children of pipe()

/// The number of processes that run `sleep <part>`.
int processesWith(const std::string& part) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    std::string line;
    std::getline(file, line, '\0');
    const bool sleeps = line == "sleep" && std::getline(file, line, '\0') && line == part;
    if (sleeps) ++found;
  }
  return found;
}

struct PipeEnd {
  const char* name;
  const char* launcher;  ///< before mpirun
  const char* command;   ///< before the long-running commands
  const char* options;
};

class ProcessPipe : public testing::TestWithParam<PipeEnd> {};

/// Neither the shells nor their children survive.
TEST_P(ProcessPipe, NothingOfItOutlivesTheRanks) {
  const PipeEnd& end = GetParam();
  const std::string time = "1000." + std::to_string(::getpid());
  const std::string file = testing::TempDir() + "seltzer-pipe-" + std::to_string(::getpid());
  const std::string command = "{ sleep " + time + " | sleep " + time + "; } & ( sleep " + time + " & ); touch " + file +
                              ".$OMPI_COMM_WORLD_RANK; sleep 0.5; " + end.command + "; wait";
  const Outcome outcome = runShell(std::string(end.launcher) + " timeout --kill-after=2 40 " + SELTZER_MPIRUN +
                                   " -n 3 " + program.file() + " pipe 0 '" + command + "' " + end.options);
  EXPECT_NE(outcome.exitCode, 0) << outcome.output;
  for (int rank = 0; rank < 3; ++rank) {
    EXPECT_TRUE(std::filesystem::remove(file + "." + std::to_string(rank))) << outcome.output;
  }
  EXPECT_TRUE(program.hasEnded());
  for (int tries = 0; tries < 100 && processesWith(time) != 0; ++tries) ::usleep(20'000);
  EXPECT_EQ(processesWith(time), 0) << outcome.output;
}

INSTANTIATE_TEST_SUITE_P(
    Ends, ProcessPipe,
    testing::Values(PipeEnd{"Interrupt", "timeout -s INT 6", "true", ""},
                    PipeEnd{"KilledDriver", "", "[ $OMPI_COMM_WORLD_RANK = 0 ] && kill -9 $PPID", ""},
                    PipeEnd{"KilledRank", "", "[ $OMPI_COMM_WORLD_RANK = 2 ] && kill -9 $PPID", ""},
                    PipeEnd{"SilentRank", "", "[ $OMPI_COMM_WORLD_RANK = 1 ] && kill -STOP $PPID",
                            "--seltzer-rank-timeout=1"}),
    [](const auto& tested) { return std::string(tested.param.name); });

/// Background processes of a command that succeeded are left alone.
TEST(ProcessPipes, WhatACommandLeftBehindGoesOn) {
  const std::string time = "300." + std::to_string(::getpid());
  const Outcome outcome = program.run(2, "pipe 0 'sleep " + time + " >/dev/null 2>&1 & echo done'");
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(processesWith(time), 2);
  runShell("pkill -f 'sleep " + time + "'");
}

}  // namespace
}  // namespace seltzer::test
