#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "program_run.hpp"

// The limit on an action's results, in a program that is started with a small one.

namespace seltzer::test {
namespace {

Outcome runProgram(int ranks, const std::string& arguments, const std::string& environment = "") {
  return runShell(environment + " timeout --kill-after=2 50 " + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + " " +
                  SELTZER_PROGRAM_RESULT_SIZE_PROGRAM + " " + arguments);
}

class ResultSize : public testing::TestWithParam<std::tuple<int, const char*, const char*>> {};

TEST_P(ResultSize, Holds) {
  const auto [ranks, scenario, option] = GetParam();
  const Outcome outcome =
      runProgram(ranks, std::string(scenario) + " --seltzer-max-result-size=100000 " + std::string(option));
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  EXPECT_EQ(countOf("all holds\n", outcome.output), 1) << outcome.output;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ResultSize,
                         testing::Combine(testing::Values(1, 2, 3, 5),
                                          testing::Values("collects", "other-actions", "failures-and-caches"),
                                          testing::Values("", "--seltzer-message-limit=300")));
INSTANTIATE_TEST_SUITE_P(Memory, ResultSize,
                         testing::Combine(testing::Values(1, 2, 3), testing::Values("memory"), testing::Values("")));

TEST(ResultSizeOption, ErrorThatNobodyCatchesEndsTheProgram) {
  const Outcome outcome = runProgram(3, "uncaught --seltzer-max-result-size=100kb");
  EXPECT_EQ(outcome.exitCode, 1) << outcome.output;
  EXPECT_EQ(countOf("the result is too large for the driver: at least ", outcome.output), 1) << outcome.output;
  EXPECT_EQ(countOf("--seltzer-max-result-size allows 102400;", outcome.output), 1) << outcome.output;
}

TEST(ResultSizeOption, ZeroIsNoLimitAndTheDefaultIsLarge) {
  for (const std::string option : {"--seltzer-max-result-size=0", "", "--seltzer-max-result-size=4mb"}) {
    const Outcome outcome = runProgram(2, "unlimited " + option);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  }
  EXPECT_EQ(runProgram(2, "unlimited --seltzer-max-result-size=3mb").exitCode, 1);
}

TEST(ResultSizeOption, IsAVariableToo) {
  EXPECT_EQ(runProgram(2, "uncaught", "SELTZER_MAX_RESULT_SIZE=100kb").exitCode, 1);
  EXPECT_EQ(runProgram(2, "uncaught", "SELTZER_MAX_RESULT_SIZE=1gb").exitCode, 0);
  EXPECT_EQ(runProgram(2, "uncaught", "SELTZER_MAX_RESULT_SIZE=much").exitCode, 2);
}

}  // namespace
}  // namespace seltzer::test
