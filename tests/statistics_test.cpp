#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include <seltzer/statistics/task_times.hpp>

#include "fixture.hpp"

namespace seltzer {
namespace {

using test::context;

void sleepMilliseconds(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(Statistics, PhasesOfEveryRankAddUpToTheWallTimeOfItsJobs) {
  auto& sc = context();
  for (int i = 0; i < 20; ++i) {
    sc.parallelize(std::vector<int>(1000, i), 8).map([](int x) { return x * 0.5; }).collect();
    sc.range(0, 100000, 1, 8).sum();
  }
  const Statistics statistics = sc.stats();
  EXPECT_GE(statistics.leastAccounted, 0.97);
  EXPECT_LE(statistics.mostAccounted, 1.03);
}

TEST(Statistics, JobsTakeTheTimeThatTheDriverMeasures) {
  auto& sc = context();
  const auto begin = std::chrono::steady_clock::now();
  sc.range(0, 4, 1, 4).foreach ([](std::int64_t) { sleepMilliseconds(20); });
  const double measured = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const Spread wall = sc.stats().stages.back().wall;
  EXPECT_GE(wall.max, 0.97 * measured - 0.005);
  EXPECT_LE(wall.min, 1.03 * measured + 0.005);
}

TEST(Statistics, WorkIsExecuteAndWaitingForASlowRankIsWait) {
  auto& sc = context();
  const std::int64_t ranks = sc.ranks();
  sc.range(0, ranks, 1, ranks).foreachPartition([](auto& elements) {
    for (const auto element : elements) sleepMilliseconds(element == 0 ? 100 : 0);
  });
  const StageStatistics stage = sc.stats().stages.back();
  EXPECT_GE(stage[Phase::execute].seconds.max, 0.1);
  EXPECT_EQ(stage[Phase::execute].seconds.maxRank, 0);
  if (ranks > 1) {
    EXPECT_GE(stage[Phase::wait].seconds.max, 0.05);
  }
}

TEST(Statistics, TimeOutsideJobsIsNotAJobs) {
  auto& sc = context();
  const auto now = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  const double begin = now();
  const Statistics before = sc.stats();  // its own end counts after it has answered
  const double awake = now();
  sleepMilliseconds(50);
  const double slept = now() - awake;
  sc.range(10).count();
  const Statistics after = sc.stats();
  const double inJobs = now() - begin - slept;
  const auto outside = [](const Statistics& statistics) { return statistics.total[Phase::outside].seconds.min; };
  // Half of it allows for ranks that were late: counted to jobs, it would be none of it.
  EXPECT_GE(outside(after) - outside(before), 0.5 * slept);
  EXPECT_LE(after.total.wall.min - before.total.wall.min, inJobs + 0.5 * slept);
}

TEST(Statistics, EveryPhaseThatAJobHasIsCounted) {
  auto& sc = context();
  std::vector<std::string> words(500, "seltzer");
  const auto cached = sc.parallelize(words, 8).map([](const std::string& word) { return word + "!"; }).cache();
  cached.collect();
  cached.collect();
  const Statistics statistics = sc.stats();
  const StageStatistics& total = statistics.total;
  EXPECT_GE(total[Phase::deserializeData].records, 500u);
  EXPECT_GE(total[Phase::resultSerialize].records, 1000u);
  EXPECT_GT(total[Phase::serializeData].bytes, 500u * 7);
  for (const Phase phase : {Phase::plan, Phase::serializeFunction, Phase::broadcast, Phase::serializeData,
                            Phase::deserializeFunction, Phase::deserializeData, Phase::cacheLookup, Phase::execute,
                            Phase::resultSerialize, Phase::resultGather, Phase::resultDeserialize, Phase::wait}) {
    EXPECT_GT(total[phase].seconds.max, 0) << name(phase);
  }
  if (sc.ranks() > 1) {
    EXPECT_GT(total[Phase::scatter].bytes, 0u);
  }
}

TEST(Statistics, JobsOfOneCallSiteShareARow) {
  auto& sc = context();
  const std::size_t before = sc.stats().stages.size();
  for (int i = 0; i < 10; ++i) sc.range(0, 10, 1, 3).sum();
  const Statistics statistics = sc.stats();
  ASSERT_EQ(statistics.stages.size(), before + 1);
  EXPECT_EQ(statistics.stages.back().jobs, 10u);
  EXPECT_EQ(statistics.stages.back().tasks, 30u);
  EXPECT_EQ(statistics.stages.back().operation, "sum");
  EXPECT_NE(statistics.stages.back().callSite.find("statistics_test.cpp:"), std::string::npos);
}

TEST(Statistics, SkewIsCalledOut) {
  auto& sc = context();
  sc.range(0, 8, 1, 8).foreach ([](std::int64_t x) { sleepMilliseconds(x == 3 ? 120 : 10); });
  const Statistics statistics = sc.stats();
  const StageStatistics& stage = statistics.stages.back();
  EXPECT_GT(stage.maxTaskSeconds, 3 * stage.medianTaskSeconds);
  EXPECT_NE(statistics.table().find("skewed"), std::string::npos);
}

TEST(Statistics, JsonHoldsContextStagesAndNamedAccumulators) {
  auto& sc = context();
  const auto lines = sc.accumulator(0, "bad lines");
  sc.range(0, 30, 1, 3).foreach ([lines](std::int64_t x) {
    if (x % 10 == 0) lines += 1;
  });
  const auto json = nlohmann::json::parse(sc.stats().json());
  EXPECT_EQ(json.at("context").at("ranks"), sc.ranks());
  EXPECT_EQ(json.at("context").at("hosts").size(), static_cast<std::size_t>(sc.ranks()));
  for (const char* key : {"program", "arguments", "mpi_library", "version", "commit", "compiler", "flags", "date"}) {
    EXPECT_TRUE(json.at("context").contains(key)) << key;
  }
  EXPECT_EQ(json.at("accumulators").at("bad lines"), "3");
  EXPECT_EQ(json.at("total").at("phases").size(), phaseCount);
  EXPECT_EQ(json.at("stages").back().at("operation"), "foreach");
}

TEST(TaskTimes, QuantilesAreWithinSixPercent) {
  std::mt19937_64 random(test::seed());
  for (const std::size_t count : {1, 2, 3, 10, 1001}) {
    detail::TaskTimes times;
    std::vector<std::uint64_t> all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(1 + random() % (std::uint64_t{1} << (random() % 40)));
      times.add(all.back());
    }
    std::ranges::sort(all);
    const auto exact = static_cast<double>(all[(count - 1) / 2]);
    EXPECT_NEAR(static_cast<double>(times.median()), exact, 0.07 * exact + 1) << count;
    EXPECT_EQ(times.maximum, all.back());
    EXPECT_EQ(times.count(), count);
  }
}

}  // namespace
}  // namespace seltzer
