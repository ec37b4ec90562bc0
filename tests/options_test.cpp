#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "program.hpp"
#include "scratch_folder.hpp"
#include "small_disk.hpp"

// The library's options and environment variables, valid and invalid, and the statistics file.

namespace seltzer::test {
namespace {

const Program program(SELTZER_PROGRAM_OPTIONS_PROGRAM);
const std::string works = "the next job works";

/// A path for one test's file.
std::string scratchFile(const std::string& name) {
  return testing::TempDir() + "seltzer-options-" + std::to_string(getpid()) + "-" + name;
}

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
    const std::string arguments = std::string("job ") + mistake.arguments;
    const Outcome outcome = ranks == 0 ? program.run(0, arguments, mistake.environment)
                                       : program.runForCodes(ranks, arguments, mistake.environment);
    if (ranks == 0) {
      EXPECT_EQ(outcome.exitCode, 2) << outcome.output;
    } else {
      EXPECT_EQ(countOf("ends with 2.", outcome.output), ranks) << outcome.output;
    }
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
    EXPECT_GE(countOf(mistake.named, outcome.output), 1) << outcome.output;
    EXPECT_EQ(outcome.output.find('\0'), std::string::npos) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 0) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Options, MistakeOf,
    testing::Values(
        Mistake{"UnknownOption", "", "--seltzer-nonsense=1", "--seltzer-nonsense"},
        Mistake{"UnknownOptionWithoutValue", "", "--seltzer-nonsense", "--seltzer-nonsense"},
        Mistake{"MisspelledOption", "", "--seltzer-mesage-limit 300", "did you mean --seltzer-message-limit?"},
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
        Mistake{"NoScratch", "", "--seltzer-scratch=/no/such/folder", "--seltzer-scratch"},
        Mistake{"ScratchThatIsAFile", "", "--seltzer-scratch=/etc/passwd", "--seltzer-scratch"},
        Mistake{"NegativeMemory", "", "--seltzer-memory=-1", "--seltzer-memory"},
        Mistake{"TooLittleMemory", "", "--seltzer-memory=4KiB",
                "--seltzer-memory: 4096 bytes are too few for a rank: it needs at least 1048576"},
        Mistake{"TooLittleMemoryByAByte", "SELTZER_MEMORY=1048575", "", "SELTZER_MEMORY=1048575"},
        Mistake{"NegativeSpilling", "", "--seltzer-spill-every=-1", "--seltzer-spill-every"},
        Mistake{"NoBudget", "", "--seltzer-exchange-budget=0", "--seltzer-exchange-budget"},
        Mistake{"TwoValues", "", "--seltzer-message-limit=300 --seltzer-message-limit=400", "--seltzer-message-limit"},
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
        Mistake{"NoSize", "", "--seltzer-memory=abc", "abc is not a number of bytes, such as 1000000 or 64MiB"},
        Mistake{"NoWholeNumber", "", "--seltzer-default-parallelism=1.5", "1.5 is not a whole number"},
        Mistake{"MissingSize", "", "--seltzer-memory",
                "seltzer: --seltzer-memory needs a value; --seltzer-help lists the options"},
        Mistake{"NoMoves", "", "--seltzer-move-tasks=on", "--seltzer-move-tasks"},
        Mistake{"BadVariable", "SELTZER_MESSAGE_LIMIT=many", "", "SELTZER_MESSAGE_LIMIT"},
        Mistake{"SmallVariable", "SELTZER_MESSAGE_LIMIT=12", "", "SELTZER_MESSAGE_LIMIT"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Options, OptionsAndVariablesAreTakenOutAndOptionsOverride) {
  const Outcome separate = program.run(2, "--seltzer-max-task-failures 2 throw");
  EXPECT_EQ(countOf("failed 2 times", separate.output), 1) << separate.output;
  const Outcome variable = program.run(2, "throw", "SELTZER_MAX_TASK_FAILURES=3");
  EXPECT_EQ(countOf("failed 3 times", variable.output), 1) << variable.output;
  const Outcome both = program.run(2, "throw --seltzer-max-task-failures=2", "SELTZER_MAX_TASK_FAILURES=3");
  EXPECT_EQ(countOf("failed 2 times", both.output), 1) << both.output;
}

TEST(Options, NumbersOfOptionsAreWrittenAsProgramsTakeThem) {
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
      {"memory=0", "memory=0"},
      {"memory=1MiB", "memory=1048576"},
      {"spill-every=3", "spill-every=3"},
      {"move-tasks=auto", "move-tasks=auto"},
      {"move-tasks=off", "move-tasks=off"},
      {"move-tasks=random", "move-tasks=random"},
      {"move-tasks=messages", "move-tasks=messages"},
      {"progress=off", "progress=off"},
      {"progress=auto", "progress=auto"}};
  for (const auto& [option, value] : written) {
    const Outcome argument = program.run(0, "config --seltzer-" + option);
    EXPECT_EQ(argument.exitCode, 0) << argument.output;
    EXPECT_EQ(countOf(value + "\n", argument.output), 1) << argument.output;
    std::string variable = "SELTZER_" + option;
    std::transform(variable.begin(), variable.begin() + static_cast<long>(variable.find('=')), variable.begin(),
                   [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    const Outcome set = program.run(0, "config", variable);
    EXPECT_EQ(set.exitCode, 0) << set.output;
    EXPECT_EQ(countOf(value + "\n", set.output), 1) << set.output;
  }
}

/// Module files and scripts set variables of their own.
TEST(Options, VariablesThatAreNoOptionsAreIgnored) {
  const std::string others =
      "SELTZER_ROOT=/opt SELTZER_HOME=/opt SELTZER_DIR=/opt SELTZER_VERSION=1 SELTZER_LIBRARIES=x "
      "SELTZER_NONSENSE=1 SELTZER_=1 SELTZER_LIMIT=1 SELTZER_PREFIX=/opt";
  for (const Outcome& outcome : {program.run(0, "job", others), program.run(3, "job", others)}) {
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 0) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
  }
}

TEST(Options, AMisspelledVariableIsWarnedOfOnce) {
  for (const auto& [name, meant] :
       {std::pair{"SELTZER_MESAGE_LIMIT", "SELTZER_MESSAGE_LIMIT"}, std::pair{"SELTZER_STAT", "SELTZER_STATS"},
        std::pair{"SELTZER_RANK_TIMOUTS", "SELTZER_RANK_TIMEOUT"}, std::pair{"SELTZER_MEMROY", "SELTZER_MEMORY"}}) {
    const Outcome outcome = program.run(3, "job", std::string(name) + "=1");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf(std::string(name) + " is ignored: did you mean " + meant + "?", outcome.output), 1)
        << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
  }
}

TEST(Options, HelpIsPrintedOnce) {
  for (const Outcome& outcome : {program.run(0, "job --seltzer-help"), program.runForCodes(3, "job --seltzer-help")}) {
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_EQ(countOf("--seltzer-message-limit", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("SELTZER_MESSAGE_LIMIT", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("Usage: options_program [OPTIONS]", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("auto", outcome.output), 4) << outcome.output;  // twice: the default and the value
    EXPECT_EQ(outcome.output.find('\0'), std::string::npos) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 0) << outcome.output;
  }
  EXPECT_EQ(countOf("ends with 0.", program.runForCodes(3, "job --seltzer-help").output), 3);
}

// --- the statistics file

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
  EXPECT_EQ(context.value("program", ""), program.file());
  for (const char* name : {"arguments", "hosts", "commit", "compiler", "flags", "date"}) {
    EXPECT_TRUE(context.contains(name)) << name << " in " << context.dump(1);
  }
  for (const char* phase : {"execute", "wait", "broadcast"})
    EXPECT_NE(json.dump().find(phase), std::string::npos) << phase;
  EXPECT_NE(json.dump().find("options_program.cpp:"), std::string::npos) << json.dump(1);
}

TEST(Options, StatisticsAreWrittenAsJson) {
  const std::string file = scratchFile("stats.json");
  for (const int ranks : {0, 1, 3}) {
    const std::string arguments = "job --seltzer-stats=" + file;
    const Outcome outcome = ranks == 0 ? program.run(0, arguments) : program.run(ranks, arguments);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    expectStatistics(file, std::max(1, ranks));
    std::filesystem::remove(file);
  }
}

/// Statistics matter most after a failure.
TEST(Options, StatisticsAreWrittenAfterAFailureToo) {
  const std::string file = scratchFile("stats.json");
  for (const auto& [scenario, code] : {std::pair{"throw", 3}, std::pair{"exit", 5}}) {
    const Outcome outcome = program.run(2, std::string(scenario) + " --seltzer-stats=" + file);
    EXPECT_EQ(outcome.exitCode, code) << outcome.output;
    expectStatistics(file, 2);
    std::filesystem::remove(file);
  }
}

TEST(Options, TheLeastMemoryLimitCounts) {
  const std::string file = scratchFile("stats.json");
  const std::uint64_t mebibyte = 1 << 20;
  const std::vector<std::tuple<std::string, std::uint64_t, std::string>> limits = {
      {"", 48 * mebibyte, "SLURM_MEM_PER_NODE"},
      {" --seltzer-memory=10MiB", 10 * mebibyte, "--seltzer-memory"},
      {" --seltzer-memory=1GiB", 48 * mebibyte, "SLURM_MEM_PER_NODE"}};
  for (const auto& [option, bytes, origin] : limits) {
    const Outcome outcome = program.run(2, "job --seltzer-stats=" + file + option, "SLURM_MEM_PER_NODE=96");
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    std::ifstream in(file);
    const auto limit = nlohmann::json::parse(in).at("memory_limit");
    EXPECT_EQ(limit.at("bytes"), bytes) << option;
    EXPECT_EQ(limit.at("rank"), 0) << option;
    EXPECT_EQ(limit.at("origin"), origin) << option;
    std::filesystem::remove(file);
  }
}

TEST(Options, TooLittleMemoryFromTheSystemEndsEveryRankWithTwo) {
  const Outcome outcome = program.runForCodes(3, "job", "SLURM_MEM_PER_NODE=2");
  EXPECT_EQ(countOf("ends with 2.", outcome.output), 3) << outcome.output;
  EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
  for (const char* part :
       {"seltzer: rank 0 on ", " may take 699050 bytes", " SLURM_MEM_PER_NODE", " at least 1048576"}) {
    EXPECT_EQ(countOf(part, outcome.output), 1) << part << " in " << outcome.output;
  }
  EXPECT_EQ(countOf(works, outcome.output), 0) << outcome.output;
  const Outcome enough = program.run(2, "job", "SLURM_MEM_PER_NODE=2");
  EXPECT_EQ(enough.exitCode, 0) << enough.output;
}

TEST(Options, WhatIsLargerThanMemoryIsNamedAndTheNextJobWorks) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> scenarios = {
      {"large-element",
       {"refused: partitionBy at options_program.cpp:", ": partition 2 failed once on rank", "an element of 3.0 MB"}},
      {"large-element-sorted",
       {"refused: sortBy at options_program.cpp:", ": partition 2 failed once on rank", "an element of 3.0 MB"}},
      {"large-broadcast", {"refused: broadcast at options_program.cpp:", "a value of 2.0 MB"}},
      {"large-side", {"refused: broadcastJoin at options_program.cpp:", "a value of 6.4 MB"}},
      {"large-table",
       {"refused: broadcastJoin at options_program.cpp:", " failed once on rank",
        "the table of the small side takes more than "}}};
  for (const auto& [scenario, parts] : scenarios) {
    for (const int ranks : {0, 3}) {
      const Outcome outcome = program.run(ranks, scenario + " --seltzer-memory=1MiB");
      EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
      for (const std::string& part : parts) EXPECT_GE(countOf(part, outcome.output), 1) << part << outcome.output;
      EXPECT_EQ(countOf("for data: give each rank more memory", outcome.output), 2) << outcome.output;
      EXPECT_EQ(countOf("--seltzer-memory", outcome.output), 2) << outcome.output;
      EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
    }
  }
}

TEST(Options, DataBeyondTheMemoryGoesToTheScratchFolder) {
  const std::string file = scratchFile("stats.json");
  const ScratchFolder folder;
  const Outcome outcome =
      program.run(2, "shuffle --seltzer-memory=1MiB --seltzer-scratch=" + (folder / "") + " --seltzer-stats=" + file);
  EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
  std::ifstream in(file);
  const auto phases = nlohmann::json::parse(in).at("total").at("phases");
  for (const char* phase : {"spill: write", "spill: read"}) {
    EXPECT_GE(phases.at(phase).at("bytes").get<std::uint64_t>(), 12'000'000U) << phase;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
  std::filesystem::remove(file);
}

TEST(Options, AFullScratchFolderEndsTheJobWithFour) {
  const SmallDisk disk;
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  for (const std::string scenario : {"shuffle", "scatter"}) {
    for (const int ranks : {0, 1, 3}) {
      const Outcome outcome = program.run(ranks, scenario + " --seltzer-memory=1MiB --seltzer-scratch=" + disk.path());
      EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
      EXPECT_EQ(countOf("No space left on device", outcome.output), 1) << outcome.output;
      EXPECT_EQ(countOf("--seltzer-scratch names another folder", outcome.output), 1) << outcome.output;
      const int warnings = countOf(disk.path() + ", which is in memory itself", outcome.output);
      EXPECT_EQ(warnings, scenario == "scatter" && ranks == 3 ? 0 : 1) << "rank 0 warns, if it spills\n"
                                                                       << outcome.output;
      EXPECT_TRUE(std::filesystem::is_empty(disk.path()));
    }
  }
}

void expectScratchRefused(const std::string& options, const std::string& folder, const std::string& reason,
                          const std::string& before = "") {
  for (const std::string scenario : {"shuffle", "scatter"}) {
    const Outcome outcome =
        program.run(scenario == "shuffle" ? 2 : 0, scenario + " --seltzer-memory=1MiB " + options, before);
    EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
    EXPECT_EQ(countOf(reason, outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf(" in " + folder, outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("--seltzer-scratch names another folder", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("failed once", outcome.output), 1) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
  }
}

TEST(Options, AScratchFolderThatCannotBeWrittenEndsTheJobWithFour) {
  expectScratchRefused("--seltzer-scratch=/sys", "/sys", "Permission denied");  // whoever the user is
  expectScratchRefused("", "/no/such/folder", "No such file or directory", "SLURM_TMPDIR=/no/such/folder");
  const SmallDisk disk(MS_RDONLY);
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted: " << disk.whyNot();
  expectScratchRefused("--seltzer-scratch=" + disk.path(), disk.path(), "Read-only file system");
}

TEST(Options, ALimitOfFileSizesEndsTheJobWithFour) {
  const ScratchFolder folder;
  const std::string arguments = "shuffle --seltzer-memory=1MiB --seltzer-scratch=" + (folder / "");
  const Outcome outcome = runShell("ulimit -f 8192; timeout 30 " + program.file() + ' ' + arguments);
  EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
  for (const std::string part : {"File too large", "where a file may have 4.2 MB (ulimit -f)", "writing ",
                                 "--seltzer-scratch names another folder"}) {
    EXPECT_EQ(countOf(part, outcome.output), 1) << part << " in " << outcome.output;
  }
}

TEST(Options, ADamagedScratchFileEndsTheJobWithFour) {
  for (const int ranks : {0, 3}) {
    const ScratchFolder folder;
    const Outcome outcome = program.run(ranks, "damage --seltzer-memory=1MiB", "SLURM_TMPDIR=" + (folder / ""));
    EXPECT_EQ(outcome.exitCode, 4) << outcome.output;
    EXPECT_EQ(countOf("refused: ", outcome.output), 1) << outcome.output;
    EXPECT_EQ(countOf("failed once on rank ", outcome.output), 2) << outcome.output;
    EXPECT_EQ(countOf("damaged data: ", outcome.output), 2) << outcome.output;
    EXPECT_EQ(countOf("scratch file in " + (folder / ""), outcome.output), 2) << outcome.output;
    EXPECT_EQ(countOf(works, outcome.output), 1) << outcome.output;
  }
}

TEST(Options, AKilledProgramLeavesNoFile) {
  const ScratchFolder folder;
  const std::string options = " --seltzer-memory=1MiB --seltzer-scratch=" + (folder / "");
  for (const char* after : {"0.1", "0.15", "0.2", "0.25", "0.3", "0.35", "0.5", "0.7"}) {
    const Outcome outcome =
        runShell(std::string("timeout -s KILL ") + after + ' ' + program.file() + " shuffles" + options);
    EXPECT_EQ(outcome.exitCode, 137) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
    EXPECT_EQ(namesIn(folder / ""), std::vector<std::string>()) << after;
  }
  const Outcome outcome = program.run(3, "killed-rank" + options);
  EXPECT_EQ(outcome.exitCode, 137) << outcome.output;
  EXPECT_TRUE(program.hasEnded());
  EXPECT_EQ(namesIn(folder / ""), std::vector<std::string>());
}

void expectStatisticsRefused(const std::string& file, int code, const std::string& reason) {
  for (const Outcome& outcome :
       {program.run(0, "job --seltzer-stats=" + file), program.run(3, "job --seltzer-stats=" + file)}) {
    EXPECT_EQ(outcome.exitCode, code) << outcome.output;
    EXPECT_EQ(countOf("seltzer: --seltzer-stats: " + file + " cannot be written: " + reason, outcome.output), 1)
        << outcome.output;
    EXPECT_EQ(countOf("seltzer: ", outcome.output), 1) << outcome.output;
    EXPECT_TRUE(program.hasEnded());
  }
}

TEST(Options, StatisticsThatCannotBeWrittenAreAnError) {
  expectStatisticsRefused("/nonexistent/stats.json", 2, "No such file or directory");
  expectStatisticsRefused(testing::TempDir(), 2, "Is a directory");
}

TEST(Options, StatisticsForWhichThereIsNoRoomAreAnErrorOfTheDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  expectStatisticsRefused("/dev/full", 4, "No space left on device");
}

}  // namespace
}  // namespace seltzer::test
