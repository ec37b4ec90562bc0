#include <string>

#include <gtest/gtest.h>

#include "program_run.hpp"

namespace {

using seltzer::test::countOf;
using seltzer::test::Outcome;
using seltzer::test::runShell;

const std::string program = SELTZER_PROGRAM_NET_FAILURE_PROGRAM;
const std::string withinLimits = "timeout --kill-after=2 30 ";

Outcome runRanks(int ranks, const std::string& way) {
  return runShell(withinLimits + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + " " + program + " " + way);
}

TEST(NetFailure, AProgramWithoutFailureEndsWithZero) {
  const Outcome outcome = runRanks(3, "none");
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(countOf("3 ranks are done", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, AProgramWithoutALauncherIsOneRank) {
  const Outcome outcome = runShell(withinLimits + program);
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(countOf("1 ranks are done", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, AnAbortEndsAllRanksWithItsCodeAndOneLine) {
  const Outcome outcome = runRanks(3, "abort");
  EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
  EXPECT_EQ(countOf("[rank 2, ", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("] stage 3: no memory left\n", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, AnAbortAfterAnErrorOfMpiSaysWhatFailed) {
  const Outcome outcome = runRanks(2, "abort-after-error");
  EXPECT_EQ(outcome.exitCode, 3) << outcome.output;
  EXPECT_EQ(countOf("] MPI_Isend failed on rank 1: MPI_ERR_RANK", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, AnAbortWithoutALauncherHasItsCode) {
  const Outcome outcome = runShell(withinLimits + program + " abort");
  EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
  EXPECT_EQ(countOf("[rank 0, ", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, AnotherProgramOnOneRankEndsAllWithUsageAndOneMessage) {
  const Outcome outcome = runRanks(3, "identity");
  EXPECT_EQ(outcome.exitCode, 2) << outcome.output;
  EXPECT_EQ(countOf("not all ranks run the same program", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("has 8 registered functions and not 7", outcome.output), 1) << outcome.output;
}

TEST(NetFailure, ALoneRankOfALauncherStopsWithAdviceOnItsFirstProcess) {
  const std::string step =
      withinLimits + "env -u OMPI_COMM_WORLD_SIZE SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=";
  const Outcome first = runShell(step + "0 " + program);
  EXPECT_EQ(first.exitCode, 2) << first.output;
  EXPECT_EQ(countOf("srun --mpi=pmix", first.output), 1) << first.output;
  const Outcome second = runShell(step + "1 " + program);
  EXPECT_EQ(second.exitCode, 2) << second.output;
  EXPECT_EQ(countOf("srun", second.output), 0) << second.output;
}

}  // namespace
