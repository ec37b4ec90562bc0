#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/metrics/task_times.hpp>

#include "fixture.hpp"
#include "stopped_clock.hpp"

namespace seltzer {
namespace {

using test::context;
using test::StoppedClock;

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
  const StoppedClock clock;
  sc.range(0, sc.ranks(), 1, sc.ranks()).foreach ([](std::int64_t) { StoppedClock::pass(20); });
  const Spread wall = sc.stats().stages.back().wall;
  EXPECT_NEAR(wall.min, 0.02, 1e-4);
  EXPECT_NEAR(wall.max, 0.02, 1e-4);
}

TEST(Statistics, WorkIsExecuteAndWaitingForASlowRankIsWait) {
  auto& sc = context();
  const std::int64_t ranks = sc.ranks();
  sc.range(0, ranks, 1, ranks).foreachPartition([](auto& elements) {
    for (const auto element : elements) sleepMilliseconds(element == 0 ? 200 : 0);
  });
  const StageStatistics stage = sc.stats().stages.back();
  EXPECT_GE(stage[Phase::execute].seconds.max, 0.2);
  EXPECT_EQ(stage[Phase::execute].seconds.maxRank, 0);
  if (ranks > 1) {
    EXPECT_GE(stage[Phase::wait].seconds.max, 0.05);
  }
}

TEST(Statistics, TimeOutsideJobsIsNotAJobs) {
  auto& sc = context();
  const StoppedClock clock;
  const Statistics before = sc.stats();
  StoppedClock::pass(50);
  sc.range(10).count();
  const Statistics after = sc.stats();
  const auto outside = [](const Statistics& statistics) { return statistics.total[Phase::outside].seconds.mean; };
  EXPECT_NEAR((outside(after) - outside(before)) * sc.ranks(), 0.05, 1e-4);  // it passes on the driver alone
  EXPECT_NEAR(after.total.wall.mean, before.total.wall.mean, 1e-4);
}

TEST(Statistics, AskingForThemIsNoJob) {
  auto& sc = context();
  sc.range(100).count();
  const Statistics first = sc.stats();
  static_cast<void>(sc.traffic());
  const Statistics second = sc.stats();
  for (std::size_t phase = 0; phase < phaseCount; ++phase) {
    if (static_cast<Phase>(phase) == Phase::outside) continue;
    EXPECT_EQ(first.total.phases[phase].seconds.max, second.total.phases[phase].seconds.max) << phaseNames[phase];
    EXPECT_EQ(first.total.phases[phase].bytes, second.total.phases[phase].bytes) << phaseNames[phase];
  }
  EXPECT_EQ(first.total.wall.max, second.total.wall.max);
}

TEST(Statistics, WhatTheDriverPreparesIsNoTailOfTheJobBefore) {
  auto& sc = context();
  const auto wallOf = [&sc](std::string_view operation) {
    double wall = 0;
    for (const StageStatistics& stage : sc.stats().stages) {
      if (stage.operation == operation) wall += stage.wall.max;
    }
    return wall;
  };
  sc.range(0, 10, 1, 3).isEmpty();
  const double before = wallOf("take");
  const std::vector<std::vector<std::int64_t>> rows(200'000, {1, 2, 3});
  const auto rdd = sc.parallelize(rows, 3);  // serializes while the ranks are idle
  EXPECT_EQ(rdd.count(), 200'000);
  EXPECT_EQ(wallOf("take"), before);
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

TEST(Statistics, TheLongestTaskIsNamed) {
  auto& sc = context();
  const StoppedClock clock;
  sc.range(0, 8, 1, 8).foreach ([](std::int64_t x) { StoppedClock::pass(x == 3 ? 120 : 10); });
  const Statistics statistics = sc.stats();
  const StageStatistics& stage = statistics.stages.back();
  EXPECT_NEAR(stage.maxTaskSeconds, 0.12, 1e-4);
  EXPECT_NEAR(stage.medianTaskSeconds, 0.01, 0.07 * 0.01);
  EXPECT_EQ(stage.maxTaskPartition, 3u);
  EXPECT_EQ(stage.maxTaskRank, 3 * sc.ranks() / 8);
  EXPECT_NE(statistics.table().find("skewed: foreach at statistics_test.cpp:"), std::string::npos);
}

/// Slow to serialize.
struct SlowToWrite {
  std::int64_t number = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    if (Archive::is_saving::value && number != 0) sleepMilliseconds(200);
    archive& number;
  }
};

TEST(Statistics, WaitingInAnExchangeIsWait) {
  auto& sc = context();
  const std::int64_t ranks = sc.ranks();
  const auto last = [ranks](std::int64_t i) { return SlowToWrite{i == ranks - 1 ? i : 0}; };
  const auto held = sc.range(0, ranks, 1, ranks).map(last).cache();
  held.count();
  held.coalesce(1).foreach ([](const SlowToWrite&) {});  // rank 0 needs the other ranks' partitions
  const StageStatistics stage = sc.stats().stages.back();
  if (ranks > 1 && sc.config().spillEvery == 0) {  // partitions that were spilled are serialized before
    EXPECT_GE(stage[Phase::scatter].seconds.max, 0.2);
    EXPECT_EQ(stage[Phase::scatter].seconds.maxRank, ranks - 1);
    EXPECT_GE(stage[Phase::wait].seconds.max, 0.05);
  }
}

TEST(Statistics, FrequentKeysOfAllRanksAreGathered) {
  auto& sc = context();
  constexpr std::int64_t elements = 400'000;
  sc.range(0, elements, 1, 8).foreachPartition([](auto& numbers) {
    detail::HotKeys& keys = detail::phaseClock().current().hotKeys;
    detail::HotKeySampler sampler(keys, 16, TaskContext::current()->partition());
    for (const auto number : numbers) {
      sampler.sample(1, [&](std::size_t) { return detail::keyText(number % 4 == 0 ? -1 : number, 0); });
    }
  });
  const Statistics statistics = sc.stats();
  const StageStatistics& stage = statistics.stages.back();
  EXPECT_EQ(stage.shufflePartitions, 16u);
  EXPECT_NEAR(static_cast<double>(stage.hotKeySamples), elements / 1024.0, 8);
  ASSERT_FALSE(stage.hotKeys.empty());
  EXPECT_LE(stage.hotKeys.size(), 8u);
  EXPECT_EQ(stage.hotKeys[0].text, "-1");
  EXPECT_NEAR(stage.hotKeys[0].share, 0.25, 5 * std::sqrt(0.25 * 0.75 / (elements / 1024.0)));
  ASSERT_EQ(stage.keysCalledHot().size(), 1u);
  EXPECT_NE(statistics.table().find("hot key of foreachPartition at statistics_test.cpp:"), std::string::npos);
  const auto json = nlohmann::json::parse(statistics.json()).at("stages").back().at("shuffle");
  EXPECT_EQ(json.at("frequent_keys").front().at("key"), "-1");
  EXPECT_EQ(json.at("hot_keys"), 1);
}

TEST(Statistics, PeaksOfMemoryAreThoseOfEachRank) {
  auto& sc = context();
  const auto ranks = static_cast<std::size_t>(sc.ranks());
  const auto sortPeak = [](const Statistics& statistics) {
    const auto isSort = [](const MemoryPeak& peak) { return peak.use == "sort"; };
    return *std::find_if(statistics.memory.begin(), statistics.memory.end(), isSort);
  };
  const MemoryPeak before = sortPeak(sc.stats());
  sc.range(0, sc.ranks(), 1, sc.ranks()).foreach ([](std::int64_t rank) {
    constexpr auto use = detail::MemoryUse::sort;
    const std::size_t free = detail::memoryAccount().peak(use) - detail::memoryAccount().held(use);
    detail::MemoryReservation more(use, free + 1000 * static_cast<std::size_t>(rank + 1));
  });
  const Statistics statistics = sc.stats();
  const MemoryPeak after = sortPeak(statistics);
  ASSERT_EQ(before.byRank.size(), ranks);
  ASSERT_EQ(after.byRank.size(), ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    EXPECT_EQ(after.byRank[rank], before.byRank[rank] + 1000 * (rank + 1)) << rank;
    EXPECT_GE(statistics.memory.back().byRank[rank], after.byRank[rank]) << rank;
    EXPECT_GT(statistics.resident.byRank.at(rank), 1'000'000u) << rank;
  }
  EXPECT_EQ(after.max(), *std::max_element(after.byRank.begin(), after.byRank.end()));
  EXPECT_EQ(after.byRank.at(static_cast<std::size_t>(after.maxRank())), after.max());
  EXPECT_NE(statistics.table().find("\nsort   "), std::string::npos);
  const auto json = nlohmann::json::parse(statistics.json()).at("memory");
  EXPECT_EQ(json.at("sort").at("max_bytes"), after.max());
  EXPECT_EQ(json.at("sort").at("sum_bytes"), after.sum());
  EXPECT_EQ(json.at("resident set").at("by_rank").size(), ranks);
}

TEST(Statistics, WhatIsSpilledIsThatOfItsStage) {
  auto& sc = context();
  const auto ranks = static_cast<std::uint64_t>(sc.ranks());
  sc.range(0, sc.ranks(), 1, sc.ranks()).foreach ([](std::int64_t) {
    const std::vector<std::byte> bytes(600'000);
    const detail::SpilledBytes spilled{detail::ByteView(bytes)};
    spilled.read();
    spilled.read();
  });
  const Statistics statistics = sc.stats();
  const StageStatistics& stage = statistics.stages.back();
  EXPECT_EQ(stage[Phase::spillWrite].bytes, 600'000 * ranks);
  EXPECT_EQ(stage[Phase::spillRead].bytes, 1'200'000 * ranks);
  EXPECT_NE(statistics.table().find("\nforeach at " + stage.callSite), std::string::npos);
  const auto json = nlohmann::json::parse(statistics.json());
  const auto& spill = json.at("stages").back().at("spill");
  EXPECT_EQ(spill.at("written_bytes"), 600'000 * ranks);
  EXPECT_EQ(spill.at("read_bytes"), 1'200'000 * ranks);
  EXPECT_EQ(spill.at("too_much"), false) << "no data is known";
}

TEST(Statistics, TheDataOfASortIsWhatItsMapTasksWrite) {
  auto& sc = context();
  sc.range(0, 100'000, 1, 4).sortBy([](std::int64_t x) { return -x; }).count();
  std::uint64_t data = 0;
  for (const StageStatistics& stage : sc.stats().stages) {
    const bool isMine = stage.operation == "sortBy" && stage.callSite.starts_with("statistics_test.cpp");
    if (isMine) data = stage.dataBytes();
  }
  EXPECT_EQ(data, 800'000u);
}

TEST(Statistics, ThePeakIsComparedWithTheLimit) {
  auto& sc = context();
  const auto last = sc.ranks() - 1;
  sc.range(0, sc.ranks(), 1, sc.ranks()).foreach ([last](std::int64_t rank) {
    const std::size_t held = rank == last ? 10 * detail::memoryAccount().limit() : 0;
    detail::MemoryReservation(detail::MemoryUse::group).record(held);
  });
  const MemoryLimit limit = sc.stats().memoryLimit;
  ASSERT_GT(limit.bytes, 0u);
  EXPECT_EQ(limit.dataBytes, limit.bytes / 10 * 6);
  EXPECT_GE(limit.mostUsed, 10);
  EXPECT_EQ(limit.mostUsedRank, last);
  const auto json = nlohmann::json::parse(sc.stats().json()).at("memory_limit");
  EXPECT_EQ(json.at("data_bytes"), limit.dataBytes);
  EXPECT_EQ(json.at("most_used_rank"), last);
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
      times.add(all.back(), i);
    }
    const std::vector<std::uint64_t> given = all;
    std::ranges::sort(all);
    const auto exact = static_cast<double>(all[(count - 1) / 2]);
    EXPECT_NEAR(static_cast<double>(times.median()), exact, 0.07 * exact + 1) << count;
    EXPECT_EQ(times.maximum, all.back());
    EXPECT_EQ(given.at(times.slowest), all.back());
    EXPECT_EQ(times.count(), count);
  }
}

}  // namespace
}  // namespace seltzer
