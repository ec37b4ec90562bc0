#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"

namespace seltzer::test {
namespace {

const Program program(SELTZER_PROGRAM_FAILURE_PROGRAM);

// --- one scenario on one victim

struct Scenario {
  const char* name;
  int exitCode;
  std::vector<std::string> once;  ///< printed exactly once; {rank} and {partition} are the victim's
  std::vector<std::string> said;  ///< printed at least once
  bool needsSeveralRanks = false;
};

/// How ctest and GoogleTest name a scenario.
void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

std::string fill(std::string text, int victim) {
  const auto replace = [&text](const std::string& name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) text.replace(at, name.size(), value);
  };
  replace("{rank}", std::to_string(victim));
  replace("{partition}", std::to_string(2 * victim));
  return text;
}

void expectOutcome(const Outcome& outcome, const Scenario& scenario, int victim) {
  EXPECT_EQ(outcome.exitCode, scenario.exitCode) << outcome.output;
  for (const auto& text : scenario.once)
    EXPECT_EQ(countOf(fill(text, victim), outcome.output), 1) << text << "\n" << outcome.output;
  for (const auto& text : scenario.said)
    EXPECT_GE(countOf(fill(text, victim), outcome.output), 1) << text << "\n" << outcome.output;
  EXPECT_TRUE(program.hasEnded());
}

const std::string ended = "the driver function has ended";
const std::string works = "the next job works";
const std::string inMap = "map at failure_program.cpp:";
const std::string taskFailed = "partition {partition} failed 4 times on rank {rank} (";

const std::vector<Scenario> scenarios{
    {"none", 0, {works, ended}, {}},
    {"throw-once", 0, {works, ended}, {}},
    {"throw-always", 3, {"seltzer: " + inMap, taskFailed, "last with: boom"}, {}},
    {"throw-caught", 0, {ended}, {"caught: " + inMap, taskFailed, "last with: boom", works}},
    {"throw-in-action", 0, {"caught: foreach at failure_program.cpp:", taskFailed, works, ended}, {}},
    {"throw-typed", 3, {taskFailed, "last with: std::out_of_range: map::at"}, {}},
    {"throw-foreign", 0, {taskFailed, "an exception of type int that is not derived from", works, ended}, {}},
    {"what-is-null",
     3,
     {taskFailed, "last with: (anonymous namespace)::Speechless: an exception whose what() is null"},
     {}},
    {"kept",
     0,
     {ended, "map refused: the RDD or context was used after seltzer::run had ended",
      "count refused: ", "cache refused: ", "range refused: ", "stats refused: ", "storage refused: "},
     {}},
    {"no-checkpoint-directory", 0, {works, ended}, {}},
    {"throw-everywhere", 0, {"partition 0 failed 4 times on rank 0 (", works, ended}, {}},
    {"combine-throws", 0, {"caught: treeReduce at failure_program.cpp:", "on rank {rank} (", "boom", works, ended}, {}},
    {"combine-throws-foreign",
     0,
     {"caught: treeReduce at failure_program.cpp:", "not derived from std::exception", works, ended},
     {}},
    {"merge-throws", 0, {"boom", works, ended}, {}},
    {"save-throws", 0, {taskFailed, works, ended}, {"too shy to travel"}},
    {"move-throws", 0, {"caught: map at failure_values.hpp:", "too shy to travel", works, ended}, {}, true},
    {"load-throws", 0, {"cannot be loaded", "not derived from std::exception", works, ended}, {taskFailed}},
    {"destructor-throws",
     3,
     {", partition {partition}: std::terminate was called, after an exception: boom"},
     {"[rank {rank}, "}},
    {"nested-job",
     0,
     {works, ended},
     {"caught: count at failure_program.cpp:", "): range at failure_program.cpp:",
      "caught: map at failure_program.cpp:", "partition 0 on rank 0 (",
      "): map at failure_program.cpp:", "): persist at failure_program.cpp:", "only the driver function may"}},
    {"nested-on-any-rank", 0, {"): destroy", "): unpersist", works, ended}, {}},
    {"task-memory", 4, {"out of memory"}, {"[rank {rank}, ", inMap, "partition {partition}"}},
    {"action-memory",
     4,
     {"out of memory"},
     {"[rank {rank}, ", "reduce at failure_program.cpp:", "partition {partition}"}},
    {"combine-memory", 4, {"out of memory"}, {"[rank {rank}, "}},
    {"load-memory", 4, {"out of memory"}, {"[rank {rank}, ", "map at failure_values.hpp:", "partition {partition}"}},
    {"exchange-memory", 4, {"out of memory"}, {"[rank {rank}, ", "repartition at failure_values.hpp:", "partition "}},
    {"task-exits",
     3,
     {", partition {partition}: std::exit(6) was called inside a job; throw an exception instead"},
     {"[rank {rank}, ", inMap}},
    {"action-exits", 3, {", partition {partition}: std::exit(6) was called"}, {"reduce at failure_program.cpp:"}},
    {"combine-exits", 3, {"std::exit(6) was called inside a job"}, {"treeReduce at failure_program.cpp:"}},
};

class FailureOf : public testing::TestWithParam<Scenario> {};

TEST_P(FailureOf, RanksOfThree) {
  const Scenario& scenario = GetParam();
  for (int victim = 0; victim < 3; ++victim) {
    SCOPED_TRACE("victim " + std::to_string(victim));
    expectOutcome(program.run(3, std::string(scenario.name) + " --victim " + std::to_string(victim)), scenario, victim);
  }
}

TEST_P(FailureOf, ALoneRank) {
  if (!GetParam().needsSeveralRanks) expectOutcome(program.run(0, GetParam().name), GetParam(), 0);
}

TEST_P(FailureOf, MessagesInPieces) {
  expectOutcome(program.run(3, std::string(GetParam().name) + " --victim 1 --seltzer-message-limit=300"), GetParam(),
                1);
}

std::string nameOf(const testing::TestParamInfo<Scenario>& tested) {
  std::string name;
  for (const char* c = tested.param.name; *c != '\0'; ++c) {
    if (*c != '-') name += *c;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FailureOf, testing::ValuesIn(scenarios), nameOf);

// --- processes that end without a message: the launcher notices

struct Death {
  const char* scenario;
  int signal;
};

class DeathOf : public testing::TestWithParam<Death> {};

TEST_P(DeathOf, ARankEndsAllAndIsNamed) {
  for (int victim = 0; victim < 3; ++victim) {
    SCOPED_TRACE("victim " + std::to_string(victim));
    const Outcome outcome = program.run(3, std::string(GetParam().scenario) + " --victim " + std::to_string(victim));
    EXPECT_EQ(outcome.exitCode, 128 + GetParam().signal) << outcome.output;
    EXPECT_EQ(countOf("process rank " + std::to_string(victim) + " ", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("exited on signal " + std::to_string(GetParam().signal), outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf(ended, outcome.output), 0) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
  }
}

INSTANTIATE_TEST_SUITE_P(Signals, DeathOf,
                         testing::Values(Death{"task-killed", 9}, Death{"task-aborts", 6}, Death{"task-segfaults", 11}),
                         [](const auto& tested) { return "Signal" + std::to_string(tested.param.signal); });

// --- the driver function

struct DriverEnd {
  const char* scenario;
  int exitCode;
  const char* message;
};

class DriverEndOf : public testing::TestWithParam<DriverEnd> {};

void expectDriverEnd(const Outcome& outcome, const DriverEnd& end) {
  EXPECT_EQ(outcome.exitCode, end.exitCode) << outcome.output;
  EXPECT_EQ(countOf("seltzer: ", outcome.output), *end.message == '\0' ? 0 : 1) << outcome.output;
  EXPECT_NE(outcome.output.find(end.message), std::string::npos) << outcome.output;
  EXPECT_TRUE(program.hasEnded());
}

TEST_P(DriverEndOf, AllRanksEndWithItsCode) {
  const DriverEnd& end = GetParam();
  expectDriverEnd(program.run(0, end.scenario), end);
  expectDriverEnd(program.run(3, end.scenario), end);
  expectDriverEnd(program.run(3, std::string(end.scenario) + " --seltzer-message-limit=300"), end);
}

INSTANTIATE_TEST_SUITE_P(
    Driver, DriverEndOf,
    testing::Values(DriverEnd{"driver-throws", 1, "an exception: the driver's own error"},
                    DriverEnd{"driver-throws-typed", 1, "an exception: std::out_of_range: map::at"},
                    DriverEnd{"driver-throws-foreign", 1, "of type int that is not derived"},
                    DriverEnd{"driver-what-is-null", 1, "an exception whose what() is null"},
                    DriverEnd{"driver-memory", 4, "out of memory"}, DriverEnd{"driver-returns-7", 7, ""},
                    DriverEnd{"driver-exits", 5, ""}, DriverEnd{"driver-exits-after-job", 5, ""}),
    [](const auto& tested) {
      std::string name = tested.param.scenario;
      std::erase(name, '-');
      return name;
    });

TEST(Failure, EveryRankReturnsTheExitCodeFromRun) {
  const Outcome seven = program.runForCodes(3, "driver-returns-7");
  EXPECT_EQ(countOf("main returns 7", seven.output), 3) << seven.output;
  EXPECT_EQ(countOf("ends with 7.", seven.output), 3) << seven.output;
  const Outcome task = program.runForCodes(3, "throw-always --victim 1");
  EXPECT_EQ(countOf("main returns 3", task.output), 3) << task.output;
  const Outcome none = program.runForCodes(3, "none");
  EXPECT_EQ(countOf("main returns 0", none.output), 3) << none.output;
}

/// What cannot be printed does not change how a program ends.
TEST(Failure, AFullStandardErrorChangesNoExitCode) {
  EXPECT_EQ(program.run(0, "driver-memory 2>/dev/full").exitCode, 4);
  EXPECT_EQ(program.run(0, "driver-throws 2>/dev/full").exitCode, 1);
  EXPECT_EQ(program.run(0, "throw-caught 2>/dev/full").exitCode, 0);
}

TEST(Failure, StatisticsThatCannotBeWrittenChangeTheCodeOfAnExitWith0) {
  for (const int ranks : {0, 3}) {
    EXPECT_EQ(program.run(ranks, "driver-exits-with-0").exitCode, 0);
    EXPECT_EQ(program.run(ranks, "driver-exits-with-0 --seltzer-stats=/dev/full").exitCode, 4);
    EXPECT_EQ(program.run(ranks, "driver-exits --seltzer-stats=/dev/full").exitCode, 5);
  }
}

TEST(Failure, AttemptsAreAsConfigured) {
  const Outcome outcome = program.run(2, "throw-always --victim 1 --seltzer-max-task-failures=2");
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_EQ(countOf("partition 2 failed 2 times on rank 1 (", outcome.output), 1) << outcome.output;
  const Outcome first = program.run(2, "throw-once --victim 1 --seltzer-max-task-failures=1");
  EXPECT_EQ(first.exitCode, 3);
  EXPECT_EQ(countOf("on rank 1 (", first.output), 1) << first.output;
}

}  // namespace
}  // namespace seltzer::test
