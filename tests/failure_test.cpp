#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "program_run.hpp"

namespace seltzer::test {
namespace {

const std::string program = SELTZER_PROGRAM_FAILURE_PROGRAM;
constexpr double patience = 10;  // seconds, after which a program counts as hanging

/// Stops a command that takes much longer than the patience.
const std::string limited = "timeout --kill-after=2 20 ";

Outcome runRanks(int ranks, const std::string& arguments, const std::string& environment = "") {
  return runShell(environment + " " + limited + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + " " + program + " " +
                  arguments);
}

Outcome runAlone(const std::string& arguments, const std::string& environment = "") {
  return runShell(environment + " " + limited + program + " " + arguments);
}

/// Processes that run the program's file at this moment.
int livingProcesses() {
  namespace fs = std::filesystem;
  const fs::path file = fs::canonical(program);
  int living = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code error;
    if (fs::read_symlink(entry.path() / "exe", error) == file && !error) ++living;
  }
  return living;
}

/// mpirun may return a moment before the last process is gone.
bool allHaveEnded() {
  for (int tries = 0; tries < 100; ++tries) {
    if (livingProcesses() == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

/// A place for the files of one test.
std::string scratchFile(const std::string& name) {
  return testing::TempDir() + "seltzer-failure-" + std::to_string(getpid()) + "-" + name;
}

// --- one scenario on one victim

struct Scenario {
  const char* name;
  int exitCode;
  std::vector<std::string> once;  ///< what is printed exactly once; {rank} and {partition} are the victim's
  std::vector<std::string> said;  ///< what is printed at least once
  bool needsSeveralRanks = false;
  double seconds = patience;
};

/// How ctest's and gtest's output names a scenario.
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
  EXPECT_LT(outcome.seconds, scenario.seconds) << outcome.output;
  for (const auto& text : scenario.once)
    EXPECT_EQ(countOf(fill(text, victim), outcome.output), 1) << text << "\n" << outcome.output;
  for (const auto& text : scenario.said)
    EXPECT_GE(countOf(fill(text, victim), outcome.output), 1) << text << "\n" << outcome.output;
  EXPECT_TRUE(allHaveEnded());
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
    {"throw-foreign", 0, {taskFailed, "not derived from std::exception", works, ended}, {}},
    {"what-is-null", 3, {taskFailed, "last with: an exception whose what() is null"}, {}},
    {"kept", 0, {ended}, {"refused: the RDD or context was used after seltzer::run had ended"}},
    {"throw-everywhere", 0, {"partition 0 failed 4 times on rank 0 (", works, ended}, {}},
    {"combine-throws", 0, {"caught: treeReduce at failure_program.cpp:", "on rank {rank} (", "boom", works, ended}, {}},
    {"combine-throws-foreign",
     0,
     {"caught: treeReduce at failure_program.cpp:", "not derived from std::exception", works, ended},
     {}},
    {"merge-throws", 0, {"boom", works, ended}, {}},
    {"save-throws", 0, {taskFailed, works, ended}, {"too shy to travel"}},
    {"move-throws", 0, {"caught: map at failure_program.cpp:", "too shy to travel", works, ended}, {}, true},
    {"load-throws", 0, {"cannot be loaded", "not derived from std::exception", works, ended}, {taskFailed}},
    {"destructor-throws", 3, {"std::terminate was called, after an exception: boom"}, {"[rank {rank}, "}},
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
    {"load-memory", 4, {"out of memory"}, {"[rank {rank}, ", inMap, "partition {partition}"}},
    {"exchange-memory", 4, {"out of memory"}, {"[rank {rank}, ", "repartition at failure_program.cpp:", "partition "}},
    {"task-exits", 3, {"std::exit(6) was called inside a job"}, {"[rank {rank}, "}},
};

class FailureOf : public testing::TestWithParam<Scenario> {};

TEST_P(FailureOf, RanksOfThree) {
  const Scenario& scenario = GetParam();
  for (int victim = 0; victim < 3; ++victim) {
    SCOPED_TRACE("victim " + std::to_string(victim));
    expectOutcome(runRanks(3, std::string(scenario.name) + " --victim " + std::to_string(victim)), scenario, victim);
  }
}

TEST_P(FailureOf, ALoneRank) {
  if (!GetParam().needsSeveralRanks) expectOutcome(runAlone(GetParam().name), GetParam(), 0);
}

TEST_P(FailureOf, MessagesInPieces) {
  expectOutcome(runRanks(3, std::string(GetParam().name) + " --victim 1 --seltzer-message-limit=300"), GetParam(), 1);
}

std::string nameOf(const testing::TestParamInfo<Scenario>& tested) {
  std::string name;
  for (const char* c = tested.param.name; *c != '\0'; ++c) {
    if (*c != '-') name += *c;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FailureOf, testing::ValuesIn(scenarios), nameOf);

// --- processes that end without a word: the launcher notices

struct Death {
  const char* scenario;
  int signal;
  double seconds;
};

class DeathOf : public testing::TestWithParam<Death> {};

TEST_P(DeathOf, ARankEndsAllAndIsNamed) {
  for (int victim = 0; victim < 3; ++victim) {
    SCOPED_TRACE("victim " + std::to_string(victim));
    const Outcome outcome = runRanks(3, std::string(GetParam().scenario) + " --victim " + std::to_string(victim));
    EXPECT_EQ(outcome.exitCode, 128 + GetParam().signal) << outcome.output;
    EXPECT_LT(outcome.seconds, GetParam().seconds);
    EXPECT_EQ(countOf("process rank " + std::to_string(victim) + " ", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("exited on signal " + std::to_string(GetParam().signal), outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf(ended, outcome.output), 0) << outcome.output;
    EXPECT_TRUE(allHaveEnded());
  }
}

INSTANTIATE_TEST_SUITE_P(Signals, DeathOf,
                         testing::Values(Death{"task-killed", 9, 5}, Death{"task-aborts", 6, patience},
                                         Death{"task-segfaults", 11, patience}),
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
  EXPECT_LT(outcome.seconds, patience);
  EXPECT_EQ(countOf("seltzer: ", outcome.output), *end.message == '\0' ? 0 : 1) << outcome.output;
  EXPECT_NE(outcome.output.find(end.message), std::string::npos) << outcome.output;
  EXPECT_TRUE(allHaveEnded());
}

TEST_P(DriverEndOf, AllRanksEndWithItsCode) {
  const DriverEnd& end = GetParam();
  expectDriverEnd(runAlone(end.scenario), end);
  expectDriverEnd(runRanks(3, end.scenario), end);
  expectDriverEnd(runRanks(3, std::string(end.scenario) + " --seltzer-message-limit=300"), end);
}

INSTANTIATE_TEST_SUITE_P(Driver, DriverEndOf,
                         testing::Values(DriverEnd{"driver-throws", 1, "the driver's own error"},
                                         DriverEnd{"driver-throws-foreign", 1, "not derived from std::exception"},
                                         DriverEnd{"driver-what-is-null", 1, "an exception whose what() is null"},
                                         DriverEnd{"driver-memory", 4, "out of memory"},
                                         DriverEnd{"driver-returns-7", 7, ""}, DriverEnd{"driver-exits", 5, ""},
                                         DriverEnd{"driver-exits-after-job", 5, ""}),
                         [](const auto& tested) {
                           std::string name = tested.param.scenario;
                           std::erase(name, '-');
                           return name;
                         });

/// Each rank prints the code it ends with, whatever mpirun makes of it.
Outcome runRanksForCodes(int ranks, const std::string& arguments, const std::string& environment = "") {
  return runShell(environment + " " + limited + SELTZER_MPIRUN + " -n " + std::to_string(ranks) + " sh -c '" + program +
                  " " + arguments + "; echo \"ends with $?.\"'");
}

TEST(Failure, EveryRankReturnsTheExitCodeFromRun) {
  const Outcome seven = runRanksForCodes(3, "driver-returns-7");
  EXPECT_EQ(countOf("main returns 7", seven.output), 3) << seven.output;
  EXPECT_EQ(countOf("ends with 7.", seven.output), 3) << seven.output;
  const Outcome task = runRanksForCodes(3, "throw-always --victim 1");
  EXPECT_EQ(countOf("main returns 3", task.output), 3) << task.output;
  const Outcome none = runRanksForCodes(3, "none");
  EXPECT_EQ(countOf("main returns 0", none.output), 3) << none.output;
}

TEST(Failure, AttemptsAreAsConfigured) {
  const Outcome outcome = runRanks(2, "throw-always --victim 1 --seltzer-max-task-failures=2");
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_EQ(countOf("partition 2 failed 2 times on rank 1 (", outcome.output), 1) << outcome.output;
  const Outcome first = runRanks(2, "throw-once --victim 1 --seltzer-max-task-failures=1");
  EXPECT_EQ(first.exitCode, 3);
  EXPECT_EQ(countOf("on rank 1 (", first.output), 1) << first.output;
}

// --- options

struct Mistake {
  const char* name;
  const char* environment;
  const char* arguments;
  const char* named;  ///< what the message must name
};

class MistakeOf : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeOf, EndsEveryRankWithTwoAndOneMessage) {
  const Mistake& mistake = GetParam();
  for (const int ranks : {0, 1, 3}) {
    SCOPED_TRACE(std::to_string(ranks) + " ranks");
    const std::string arguments = std::string("none ") + mistake.arguments;
    const Outcome outcome =
        ranks == 0 ? runAlone(arguments, mistake.environment) : runRanksForCodes(ranks, arguments, mistake.environment);
    if (ranks == 0) {
      EXPECT_EQ(outcome.exitCode, 2) << outcome.output;
    } else {
      EXPECT_EQ(countOf("ends with 2.", outcome.output), ranks) << outcome.output;
    }
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
    EXPECT_GE(countOf(mistake.named, outcome.output), 1) << outcome.output;
    EXPECT_EQ(outcome.output.find('\0'), std::string::npos) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 0) << outcome.output;
    EXPECT_LT(outcome.seconds, patience);
    EXPECT_TRUE(allHaveEnded());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Options, MistakeOf,
    testing::Values(Mistake{"UnknownOption", "", "--seltzer-nonsense=1", "--seltzer-nonsense"},
                    Mistake{"UnknownOptionWithoutValue", "", "--seltzer-nonsense", "--seltzer-nonsense"},
                    Mistake{"PrefixOfAnOption", "", "--seltzer-message=300", "--seltzer-message"},
                    Mistake{"MissingValue", "", "--seltzer-message-limit", "--seltzer-message-limit"},
                    Mistake{"NoNumber", "", "--seltzer-message-limit=many", "--seltzer-message-limit"},
                    Mistake{"TooSmall", "", "--seltzer-message-limit=12", "--seltzer-message-limit"},
                    Mistake{"TooLarge", "", "--seltzer-message-limit=3gb", "--seltzer-message-limit"},
                    Mistake{"Negative", "", "--seltzer-message-limit=-300", "--seltzer-message-limit"},
                    Mistake{"NoAttempts", "", "--seltzer-max-task-failures=0", "--seltzer-max-task-failures"},
                    Mistake{"NegativeAttempts", "", "--seltzer-max-task-failures=-1", "--seltzer-max-task-failures"},
                    Mistake{"Fraction", "", "--seltzer-default-parallelism=2.5", "--seltzer-default-parallelism"},
                    Mistake{"NoChoice", "", "--seltzer-progress=perhaps", "--seltzer-progress"},
                    Mistake{"NoBudget", "", "--seltzer-exchange-budget=0", "--seltzer-exchange-budget"},
                    Mistake{"TwoValues", "", "--seltzer-message-limit=300 --seltzer-message-limit=400",
                            "--seltzer-message-limit"},
                    Mistake{"EmptyValue", "", "--seltzer-message-limit=", "--seltzer-message-limit"},
                    Mistake{"NoChoiceButOn", "", "--seltzer-progress on", "{auto,off}"},
                    Mistake{"NoChoiceInVariable", "SELTZER_PROGRESS=on", "", "SELTZER_PROGRESS"},
                    Mistake{"TooManyPartitions", "", "--seltzer-default-parallelism 4294967296", "10000000"},
                    Mistake{"TooManyPartitionsByExponent", "", "--seltzer-default-parallelism=1e8", "10000000"},
                    Mistake{"FractionByExponent", "", "--seltzer-default-parallelism=25e-1", "25e-1"},
                    Mistake{"TooManyAttempts", "", "--seltzer-max-task-failures=1e4", "--seltzer-max-task-failures"},
                    Mistake{"TooLongTimeout", "", "--seltzer-rank-timeout=1e7", "--seltzer-rank-timeout"},
                    Mistake{"TooLargeBudget", "", "--seltzer-exchange-budget=1e18", "--seltzer-exchange-budget"},
                    Mistake{"TooLargeResult", "", "--seltzer-max-result-size=1e30", "--seltzer-max-result-size"},
                    Mistake{"NoUnit", "", "--seltzer-message-limit=1e3apples", "apples"},
                    Mistake{"Infinite", "", "--seltzer-message-limit=inf", "--seltzer-message-limit"},
                    Mistake{"BadVariable", "SELTZER_MESSAGE_LIMIT=many", "", "SELTZER_MESSAGE_LIMIT"},
                    Mistake{"SmallVariable", "SELTZER_MESSAGE_LIMIT=12", "", "SELTZER_MESSAGE_LIMIT"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Failure, OptionsAndVariablesAreTakenOutAndOptionsOverride) {
  const Outcome separate = runRanks(2, "--seltzer-max-task-failures 2 throw-always --victim 1");
  EXPECT_EQ(countOf("failed 2 times", separate.output), 1) << separate.output;
  const Outcome variable = runRanks(2, "throw-always --victim 1", "SELTZER_MAX_TASK_FAILURES=3");
  EXPECT_EQ(countOf("failed 3 times", variable.output), 1) << variable.output;
  const Outcome both =
      runRanks(2, "throw-always --victim 1 --seltzer-max-task-failures=2", "SELTZER_MAX_TASK_FAILURES=3");
  EXPECT_EQ(countOf("failed 2 times", both.output), 1) << both.output;
}

TEST(Failure, NumbersOfOptionsAreWrittenAsProgramsTakeThem) {
  const std::vector<std::pair<std::string, std::string>> written{
      {"message-limit=1e9", "message-limit=1000000000"},
      {"message-limit=1E3", "message-limit=1000"},
      {"message-limit=64MiB", "message-limit=67108864"},
      {"message-limit=1.5e3", "message-limit=1500"},
      {"message-limit=2e2kb", "message-limit=204800"},
      {"message-limit=1gb", "message-limit=1073741824"},
      {"exchange-budget=1e6", "exchange-budget=1000000"},
      {"max-result-size=0", "max-result-size=0"},
      {"max-task-failures=1e1", "max-task-failures=10"},
      {"default-parallelism=1e7", "default-parallelism=10000000"},
      {"rank-timeout=1e2", "rank-timeout=100"},
      {"progress=off", "progress=off"},
      {"progress=auto", "progress=auto"}};
  for (const auto& [option, value] : written) {
    const Outcome argument = runAlone("config --seltzer-" + option);
    EXPECT_EQ(argument.exitCode, 0) << argument.output;
    EXPECT_EQ(countOf(value + "\n", argument.output), 1) << argument.output;
    std::string variable = "SELTZER_" + option;
    std::transform(variable.begin(), variable.begin() + static_cast<long>(variable.find('=')), variable.begin(),
                   [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    const Outcome set = runAlone("config", variable);
    EXPECT_EQ(set.exitCode, 0) << set.output;
    EXPECT_EQ(countOf(value + "\n", set.output), 1) << set.output;
  }
}

/// Module files and scripts have names of their own.
TEST(Failure, VariablesThatAreNoOptionsAreIgnored) {
  const std::string others =
      "SELTZER_ROOT=/opt SELTZER_HOME=/opt SELTZER_DIR=/opt SELTZER_VERSION=1 SELTZER_LIBRARIES=x "
      "SELTZER_NONSENSE=1 SELTZER_=1 SELTZER_LIMIT=1 SELTZER_PREFIX=/opt";
  for (const Outcome& outcome : {runAlone("none", others), runRanks(3, "none", others)}) {
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 0) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
  }
}

TEST(Failure, AMisspelledVariableIsWarnedOfOnce) {
  for (const auto& [name, meant] :
       {std::pair{"SELTZER_MESAGE_LIMIT", "SELTZER_MESSAGE_LIMIT"}, std::pair{"SELTZER_STAT", "SELTZER_STATS"},
        std::pair{"SELTZER_RANK_TIMOUTS", "SELTZER_RANK_TIMEOUT"}}) {
    const Outcome outcome = runRanks(3, "none", std::string(name) + "=1");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf(std::string(name) + " is ignored: did you mean " + meant + "?", outcome.output), 1)
        << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
  }
}

TEST(Failure, HelpIsPrintedOnce) {
  for (const Outcome& outcome : {runAlone("none --seltzer-help"), runRanksForCodes(3, "none --seltzer-help")}) {
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("--seltzer-message-limit", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("SELTZER_MESSAGE_LIMIT", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("Usage: failure_program [OPTIONS]", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("auto", outcome.output), 2) << outcome.output;  // the default and the choice
    EXPECT_EQ(outcome.output.find('\0'), std::string::npos) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 0) << outcome.output;
  }
  EXPECT_EQ(countOf("ends with 0.", runRanksForCodes(3, "none --seltzer-help").output), 3);
}

// --- the file of statistics

nlohmann::json readJson(const std::string& file) {
  std::ifstream in(file);
  return nlohmann::json::parse(in, nullptr, false);
}

void expectStatistics(const std::string& file, int ranks) {
  const nlohmann::json json = readJson(file);
  ASSERT_FALSE(json.is_discarded()) << file;
  ASSERT_TRUE(json.contains("context")) << json.dump(1);
  const auto& context = json["context"];
  EXPECT_EQ(context.value("ranks", 0), ranks);
  EXPECT_EQ(context.value("program", ""), program);
  for (const char* name : {"arguments", "hosts", "commit", "compiler", "flags", "date"}) {
    EXPECT_TRUE(context.contains(name)) << name << " in " << context.dump(1);
  }
  for (const char* phase : {"execute", "wait", "broadcast"})
    EXPECT_NE(json.dump().find(phase), std::string::npos) << phase;
  EXPECT_NE(json.dump().find("failure_program.cpp:"), std::string::npos) << json.dump(1);
}

TEST(Failure, StatisticsAreWrittenAsJson) {
  const std::string file = scratchFile("stats.json");
  for (const int ranks : {0, 1, 3}) {
    const std::string arguments = "none --seltzer-stats=" + file;
    const Outcome outcome = ranks == 0 ? runAlone(arguments) : runRanks(ranks, arguments);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    expectStatistics(file, std::max(1, ranks));
    std::filesystem::remove(file);
  }
}

/// They are wanted most where something went wrong.
TEST(Failure, StatisticsAreWrittenAfterAFailureToo) {
  const std::string file = scratchFile("stats.json");
  for (const auto& [scenario, code] : {std::pair{"throw-always", 3}, std::pair{"driver-exits-after-job", 5}}) {
    const Outcome outcome = runRanks(2, std::string(scenario) + " --victim 1 --seltzer-stats=" + file);
    EXPECT_EQ(outcome.exitCode, code) << outcome.output;
    expectStatistics(file, 2);
    std::filesystem::remove(file);
  }
}

TEST(Failure, StatisticsThatCannotBeWrittenAreAnErrorOfTheDisk) {
  std::vector<std::string> files{"/nonexistent/stats.json", testing::TempDir()};
  if (std::filesystem::exists("/dev/full")) files.push_back("/dev/full");
  for (const auto& file : files) {
    for (const Outcome& outcome :
         {runAlone("none --seltzer-stats=" + file), runRanks(3, "none --seltzer-stats=" + file)}) {
      EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
      EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
      EXPECT_GE(countOf(file, outcome.output), 1) << outcome.output;
      EXPECT_TRUE(allHaveEnded());
    }
  }
}

}  // namespace
}  // namespace seltzer::test
