#include <string>

#include <gtest/gtest.h>

#include "program_run.hpp"

// A task of a barrier stage that fails while others are in MPI calls, in a program of its own.

namespace seltzer::test {
namespace {

Outcome runProgram(int ranks, const std::string& arguments) {
  return runShell(std::string("timeout --kill-after=2 50 ") + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + " " +
                  SELTZER_PROGRAM_BARRIER_FAILURE_PROGRAM + " " + arguments);
}

TEST(BarrierFailure, EndsTheProgramIfTheOthersCannotBeInterrupted) {
  for (const int ranks : {2, 3, 5}) {
    const Outcome outcome = runProgram(ranks, "blocked --seltzer-rank-timeout=1");
    EXPECT_EQ(outcome.exitCode, 3) << outcome.output;
    const std::string failed = "count at barrier_failure_program.cpp:28: the task of partition " +
                               std::to_string(ranks - 1) + " failed: on purpose; 1 s later";
    EXPECT_EQ(countOf(failed, outcome.output), 1) << outcome.output;
    for (int task = 0; task < ranks - 1; ++task) {
      const std::string running = "partition " + std::to_string(task) + " on rank " + std::to_string(task) + " (";
      EXPECT_EQ(countOf(running, outcome.output), 1) << outcome.output;
    }
    EXPECT_EQ(countOf("BarrierTaskContext::wait", outcome.output), 1) << outcome.output;
  }
}

TEST(BarrierFailure, InterruptsThoseThatWaitForRequests) {
  for (const int ranks : {2, 3, 5}) {
    const Outcome outcome = runProgram(ranks, "waiting --seltzer-rank-timeout=1");
    EXPECT_EQ(outcome.exitCode, 3) << outcome.output;
    EXPECT_EQ(countOf("BarrierTaskContext::wait", outcome.output), 0) << outcome.output;
    EXPECT_GE(countOf("on purpose", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("4 times", outcome.output), 1) << outcome.output;
  }
}

}  // namespace
}  // namespace seltzer::test
