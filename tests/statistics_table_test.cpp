#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/statistics.hpp>

namespace seltzer {
namespace {

/// The statistics of a shuffle's stage.
StageStatistics shuffleStage() {
  StageStatistics stage;
  stage.operation = "reduceByKey";
  stage.callSite = "wc.cpp:12";
  stage.jobs = 3;
  stage.tasks = 24;
  stage.medianTaskSeconds = 0.5;
  stage.maxTaskSeconds = 1.25;
  stage.maxTaskPartition = 5;
  stage.maxTaskRank = 2;
  stage.phases[static_cast<std::size_t>(Phase::shuffleWrite)] = {{}, 123'456, 789};
  stage.phases[static_cast<std::size_t>(Phase::shuffleExchange)] = {{0.25, 0.375, 0.5, 0, 1}, 1'000, 7};
  stage.phases[static_cast<std::size_t>(Phase::shuffleRead)] = {{}, 654'321, 987};
  stage.shufflePartitions = 32;
  stage.hotKeySamples = 1000;
  stage.hotKeys = {{"the", 0.0614, 61}, {"a\n\x1b[1m\xc2\x9b\x7f\"\xff", 0.0512, 51}, {"of", 0.049, 49}};
  return stage;
}

/// The line of `text` that starts with `beginning`.
std::string lineOf(const std::string& text, const std::string& beginning) {
  const std::size_t begin = ("\n" + text).find("\n" + beginning);
  return begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
}

TEST(StatisticsTable, SaysWhichRankWasSlowestAndComparesMeansWithExecute) {
  Statistics statistics;
  statistics.total.phases[static_cast<std::size_t>(Phase::execute)] = {{1, 2, 3, 0, 7}, 0, 0};
  statistics.total.phases[static_cast<std::size_t>(Phase::wait)] = {{0.25, 0.5, 1, 1, 4}, 1'000, 20};
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "phase"),
            "phase, seconds over ranks           min       mean        max  on rank  % of execute     bytes   records");
  EXPECT_EQ(lineOf(table, "map: execute"),
            "map: execute                   1.000000   2.000000   3.000000        7      100.0000                    ");
  EXPECT_EQ(lineOf(table, "wait"),
            "wait: for other ranks          0.250000   0.500000   1.000000        4       25.0000      1000        20");
}

TEST(StatisticsTable, ShowsWhatAStageShuffled) {
  Statistics statistics;
  statistics.stages = {shuffleStage()};
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "reduceByKey at"),
            "reduceByKey at wc.cpp:12         3      24   0.000000   0.000000   0.000000   2.50"
            "      789  123.5 k   0.375000      987  654.3 k");
  EXPECT_EQ(lineOf(table, "stage"),
            "stage                         jobs   tasks     wall s  execute s     wait s   skew"
            "  records    bytes          s  records    bytes");
}

TEST(StatisticsTable, NamesTheLongestTaskAndTheHotKeys) {
  Statistics statistics;
  statistics.stages = {shuffleStage()};
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "skewed"),
            "skewed: reduceByKey at wc.cpp:12: partition 5 on rank 2 took 1.250000 s, 2.50 times the median task");
  EXPECT_EQ(lineOf(table, "hot key of reduceByKey at wc.cpp:12: \"t"),
            "hot key of reduceByKey at wc.cpp:12: \"the\" 6.1 % of the elements");
  EXPECT_EQ(
      lineOf(table, "hot key of reduceByKey at wc.cpp:12: \"a"),
      "hot key of reduceByKey at wc.cpp:12: \"a\\n\\u001b[1m\\u009b\\u007f\\\"\xef\xbf\xbd\" 5.1 % of the elements");
  EXPECT_EQ(table.find("\"of\""), std::string::npos);
}

TEST(StatisticsTable, SaysWhatMovedTasksSaved) {
  Statistics statistics;
  statistics.stages = {shuffleStage()};
  EXPECT_EQ(lineOf(statistics.table(), "moved"), "");
  statistics.stages[0].movedTasks = 7;
  statistics.stages[0].movedSeconds = 3.5;
  statistics.stages[0].savedSeconds = 3.25;
  EXPECT_EQ(lineOf(statistics.table(), "moved"),
            "moved: reduceByKey at wc.cpp:12: 7 of 24 tasks, 3.500 s, to idle ranks; 3.250 s saved");
  statistics.stages[0].savedSeconds = -0.5;
  EXPECT_EQ(lineOf(statistics.table(), "moved"),
            "moved: reduceByKey at wc.cpp:12: 7 of 24 tasks, 3.500 s, to idle ranks; 0.500 s lost");
}

TEST(StatisticsTable, IsAtMost140ColumnsWide) {
  Statistics statistics;
  StageStatistics stage = shuffleStage();
  stage.callSite = "the_longest_name_of_a_source_file.cpp:1234";
  stage.jobs = 99'999;
  stage.tasks = 9'999'999;
  stage.movedTasks = 9'999'998;
  stage.movedSeconds = 99'999.5;
  stage.savedSeconds = 99'999.5;
  for (PhaseStatistics& phase : stage.phases) {
    phase = {{999.5, 999.5, 999.5, 9999, 9999}, 9'999'000'000'000, 9'999'000'000'000};
  }
  stage.wall = stage.phases[0].seconds;
  stage.hotKeys[0].text = std::string(40, 'x') + "...";
  statistics.stages = {stage, shuffleStage(), stage};
  statistics.stages[2].phases[static_cast<std::size_t>(Phase::shuffleRead)].bytes = 0;
  for (const Phase data : {Phase::deserializeData, Phase::scatter, Phase::execute, Phase::shuffleWrite}) {
    statistics.stages[2].phases[static_cast<std::size_t>(data)].bytes = 999'900'000'000;
  }
  ASSERT_TRUE(statistics.stages[2].spilledTooMuch());
  statistics.total = stage;
  statistics.resident = {"resident set", {std::uint64_t{1} << 40}};
  statistics.memoryLimit = {999'900'000'000, 99'999, "cgroup /" + std::string(200, 'x')};
  std::istringstream lines(statistics.table());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 140u) << line;
}

TEST(StatisticsTable, ListsPeaksThatAreNotZero) {
  Statistics statistics;
  statistics.memory = {
      {"shuffle write", {0, 2000, 30'000, 0}}, {"group", {0, 0, 0, 0}}, {"all of these", {1, 2000, 30'000, 0}}};
  statistics.resident = {"resident set", {5'000'000, 4'000'000, 3'000'000, 6'000'000}};
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "memory"), "memory, peak over ranks           bytes  rank  all ranks");
  EXPECT_EQ(lineOf(table, "shuffle write"), "shuffle write                      30 k     2       32 k");
  EXPECT_EQ(lineOf(table, "resident set"), "resident set                     6000 k     3       18 M");
  EXPECT_EQ(lineOf(table, "group"), "");
}

TEST(StatisticsTable, ShowsTheMemoryLimitBelowThePeaks) {
  Statistics statistics;
  statistics.resident = {"resident set", {5'000'000, 4'000'000}};
  EXPECT_EQ(lineOf(statistics.table(), "least limit"), "");
  statistics.memoryLimit = {34'359'738'368, 1, "cgroup /system.slice/job_17", 20'615'843'020, 1.0149, 3};
  EXPECT_NE(statistics.table().find("\nresident set                     5000 k     0     9000 k\n"
                                    "least limit of a rank           34.36 G     1  cgroup /system.slice/job_17\n"
                                    "of it, for data                 20.62 G     1  at most 101.5 % in use at once on "
                                    "rank 3\n"),
            std::string::npos)
      << statistics.table();
  statistics.memoryLimit.origin = "cgroup /\x1b[1m\xff" + std::string(80, 'x');
  EXPECT_EQ(
      lineOf(statistics.table(), "least limit"),
      "least limit of a rank           34.36 G     1  cgroup /\\u001b[1m\xef\xbf\xbd" + std::string(67, 'x') + "...");
}

TEST(StatisticsTable, ShowsWhatAStageSpilled) {
  Statistics statistics;
  EXPECT_EQ(lineOf(statistics.table(), "scratch"), "");
  StageStatistics stage = shuffleStage();
  stage.phases[static_cast<std::size_t>(Phase::spillWrite)] = {{0.25, 0.5, 1, 0, 1}, 2'000'000, 0};
  stage.phases[static_cast<std::size_t>(Phase::spillRead)] = {{0.25, 0.25, 0.25, 0, 0}, 1'999'000, 0};
  statistics.stages = {shuffleStage(), stage};
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "scratch"),
            "scratch files, bytes of all ranks         written       data    times       read     mean s");
  EXPECT_NE(
      table.find("\nreduceByKey at wc.cpp:12                   2000 k    654.3 k     3.06     1999 k   0.750000\n"),
      std::string::npos)
      << table;
  EXPECT_EQ(
      lineOf(table, "short of memory"),
      "short of memory: reduceByKey at wc.cpp:12 spilled 3.1 times its data: use more memory, partitions or ranks");
}

TEST(StageStatistics, SpillingMoreThanTwiceTheDataIsTooMuch) {
  StageStatistics stage;
  const auto set = [&stage](Phase phase, std::uint64_t bytes) {
    stage.phases[static_cast<std::size_t>(phase)].bytes = bytes;
  };
  set(Phase::spillWrite, 10'000'000);
  EXPECT_EQ(stage.timesSpilled(), 0) << "of unknown data";
  set(Phase::deserializeData, 1'000'000);
  set(Phase::scatter, 500'000);
  set(Phase::execute, 500'000);
  set(Phase::shuffleRead, 3'000'000);
  EXPECT_EQ(stage.timesSpilled(), 2);
  EXPECT_FALSE(stage.spilledTooMuch());
  set(Phase::shuffleRead, 2'000'000);
  EXPECT_EQ(stage.timesSpilled(), 2.5);
  EXPECT_TRUE(stage.spilledTooMuch());
  set(Phase::shuffleWrite, 8'000'000);
  EXPECT_EQ(stage.timesSpilled(), 1.25);
  set(Phase::shuffleWrite, 0);
  set(Phase::shuffleRead, 0);
  set(Phase::deserializeData, 0);
  set(Phase::scatter, 0);
  set(Phase::execute, 1000);
  set(Phase::spillWrite, 100'000);
  EXPECT_FALSE(stage.spilledTooMuch()) << "little data";
}

TEST(StageStatistics, AKeyIsHotIfItsPartitionIsHalfAsLargeAgainAsOthers) {
  StageStatistics stage = shuffleStage();
  EXPECT_DOUBLE_EQ(stage.hotKeyShare(), 0.05);
  ASSERT_EQ(stage.keysCalledHot().size(), 2u);
  EXPECT_EQ(stage.keysCalledHot()[0].text, "the");
  stage.shufflePartitions = 9;
  EXPECT_DOUBLE_EQ(stage.hotKeyShare(), 0.0625);
  EXPECT_TRUE(stage.keysCalledHot().empty());
  stage.hotKeys[0].share = 0.7;
  EXPECT_EQ(stage.keysCalledHot().size(), 1u);
  stage.hotKeys[0].samples = 15;
  EXPECT_TRUE(stage.keysCalledHot().empty());
  stage.hotKeys[0] = {"all", 1, 1000};
  for (const std::uint64_t few : {0, 1}) {
    stage.shufflePartitions = few;
    EXPECT_TRUE(stage.keysCalledHot().empty()) << few;
  }
  stage.shufflePartitions = 2;
  EXPECT_EQ(stage.keysCalledHot().size(), 1u);
}

TEST(StatisticsTable, StoredPartitions) {
  Statistics statistics;
  EXPECT_EQ(statistics.table().find("stored"), std::string::npos);
  RDDInfo rdd;
  rdd.callSite = "map at pi.cpp:42";
  rdd.storageLevel = StorageLevel::MEMORY_AND_DISK;
  rdd.numPartitions = 8;
  rdd.numCachedPartitions = 5;
  rdd.memSize = 640'000;
  rdd.diskSize = 123;
  statistics.storage.push_back(rdd);
  const std::string table = statistics.table();
  EXPECT_EQ(lineOf(table, "stored"), "stored                       partitions  in memory    on disk  level");
  EXPECT_EQ(lineOf(table, "map at"), "map at pi.cpp:42                 5 of 8      640 k        123  MEMORY_AND_DISK");
}

}  // namespace
}  // namespace seltzer
