#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include "program_run.hpp"

// Stopped ranks, and SIGUSR1 before a time limit, in a program of its own.

namespace seltzer::test {
namespace {

Outcome runProgram(int ranks, const std::string& arguments, int seconds = 50) {
  return runShell("timeout --kill-after=2 " + std::to_string(seconds) + " " + SELTZER_MPIRUN + " -n " +
                  std::to_string(ranks) + " " + SELTZER_PROGRAM_SIGNAL_PROGRAM + " " + arguments);
}

class FailureDetector : public testing::TestWithParam<std::tuple<int, int, const char*>> {};

/// Expects the other ranks' message to name the victim.
void expectNamed(int victim, const Outcome& outcome) {
  EXPECT_EQ(countOf("rank " + std::to_string(victim) + " on ", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("has been silent for ", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("--seltzer-rank-timeout 1", outcome.output), 1) << outcome.output;
}

TEST_P(FailureDetector, EndsTheJobOfAStoppedRank) {
  const auto [ranks, victim, scenario] = GetParam();
  if (victim >= ranks) GTEST_SKIP() << "no such rank";
  const Outcome outcome =
      runProgram(ranks, std::string(scenario) + " " + std::to_string(victim) + " --seltzer-rank-timeout=1");
  EXPECT_EQ(outcome.exitCode, 205) << outcome.output;
  const bool starts = std::string_view(scenario) == "stop-in-start";
  EXPECT_EQ(countOf(starts ? "the start of the program: rank" : "at signal_program.cpp:", outcome.output), 1)
      << outcome.output;
  expectNamed(victim, outcome);
}

INSTANTIATE_TEST_SUITE_P(Victims, FailureDetector,
                         testing::Combine(testing::Values(2, 3, 5), testing::Values(0, 1, 4),
                                          testing::Values("stop-in-start", "stop-in-task", "stop-between-jobs")));

class FailureDetectorAtTheEnd : public FailureDetector {};

/// All ranks end, without success. mpirun (Open MPI 4.1.4) sometimes crashes or hangs when it ends ranks in
/// MPI_Finalize, so its exit code is not always 205.
TEST_P(FailureDetectorAtTheEnd, NoticesARankStoppedInFinalize) {
  const auto [ranks, victim, scenario] = GetParam();
  const Outcome outcome =
      runProgram(ranks, std::string(scenario) + " " + std::to_string(victim) + " --seltzer-rank-timeout=1", 15);
  EXPECT_NE(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(countOf("the end of the program: rank", outcome.output), 1) << outcome.output;
  expectNamed(victim, outcome);
}

INSTANTIATE_TEST_SUITE_P(Victims, FailureDetectorAtTheEnd,
                         testing::Combine(testing::Values(2, 3), testing::Values(0, 1),
                                          testing::Values("stop-in-finalize", "stop-in-finalize-after-exit")));

TEST(FailureDetectorLimit, LongTasksAreNotSilence) {
  const Outcome outcome = runProgram(3, "long-task 2500 --seltzer-rank-timeout=1");
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(countOf("all holds", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("silent", outcome.output), 0) << outcome.output;
}

TEST(FailureDetectorLimit, ASuspendedJobGoesOn) {
  for (const std::string limit : {"1", "0"}) {
    const Outcome outcome = runProgram(3, "suspend-all 3000 --seltzer-rank-timeout=" + limit);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("all holds", outcome.output), 1) << outcome.output;
  }
}

class TimeLimit : public testing::TestWithParam<int> {};

TEST_P(TimeLimit, EndsBeforeTheNextStage) {
  for (const auto& [scenario, stage] : {std::pair("limit-before-job", "count"), {"limit-between-stages", "collect"}}) {
    const Outcome outcome = runProgram(GetParam(), scenario);
    EXPECT_EQ(outcome.exitCode, 85) << outcome.output;
    EXPECT_EQ(countOf(std::string("seltzer: ") + stage + " at signal_program.cpp:", outcome.output), 1)
        << outcome.output;
    EXPECT_EQ(countOf("SIGUSR1", outcome.output), 1) << outcome.output;
  }
}

TEST_P(TimeLimit, LeavesTheContextUsable) {
  for (const std::string scenario : {"limit-caught", "limit-elsewhere", "limit-handled-by-program"}) {
    const Outcome outcome = runProgram(GetParam(), scenario);
    EXPECT_EQ(outcome.exitCode, 0) << scenario << '\n' << outcome.output;
    EXPECT_EQ(countOf("all holds", outcome.output), 1) << outcome.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Ranks, TimeLimit, testing::Values(1, 2, 3, 5));

}  // namespace
}  // namespace seltzer::test
