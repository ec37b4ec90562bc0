#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "driver/scheduler.hpp"
#include "storage_fixture.hpp"

// Stored partitions when memory runs short.

namespace seltzer::test {
namespace {

/// Sets the memory limit of every rank for its lifetime.
class LimitedRanks {
 public:
  explicit LimitedRanks(std::size_t bytes) { set(bytes); }
  ~LimitedRanks() { set(before_); }
  LimitedRanks(const LimitedRanks&) = delete;
  LimitedRanks& operator=(const LimitedRanks&) = delete;

 private:
  static void set(std::size_t bytes) {
    const std::int64_t ranks = context().ranks();
    context().range(0, ranks, 1, ranks).foreach ([bytes](std::int64_t) { detail::memoryAccount().setLimit(bytes); });
  }

  std::size_t before_ = detail::memoryAccount().limit();
};

std::uint64_t spilledBytes() {
  return context().stats().total[Phase::spillWrite].bytes;
}

constexpr std::size_t twoOfTheLarge = 200'000;

TEST(StorageLimits, TheSameAtEveryLevelWhenMemoryRunsShort) {
  for (const std::size_t limit : {std::size_t{1000}, twoOfTheLarge, std::size_t{500'000}}) {
    const LimitedRanks limited(limit);
    for (const StorageLevel level : levels) {
      SCOPED_TRACE(testing::Message() << "limit " << limit << ", level " << static_cast<int>(level));
      const Large first(3);
      const Large second(5);
      const Large third(7);
      for (const Large* one : {&first, &second, &third}) one->rdd.persist(level);
      for (int round = 0; round < 3; ++round) {
        for (const Large* one : {&first, &second, &third}) {
          EXPECT_EQ(one->rdd.sum(), one->sum());
          EXPECT_TRUE(one->rdd.collect() == one->elements);
          EXPECT_TRUE(one->rdd.coalesce(2).collect() == one->elements);
        }
        const auto joined = first.rdd.zip(second.rdd).persist(level);
        EXPECT_EQ(joined.map([](const auto& pair) { return 5 * pair.first - 3 * pair.second; }).max(), 0);
        EXPECT_EQ(joined.count(), 80'000);
        const auto byKey = third.rdd.keyBy([](std::int64_t x) { return x % 100; }).persist(level);
        EXPECT_EQ(byKey.mapValues([](std::int64_t) { return 1; }).reduceByKey(std::plus<>()).values().sum(), 80'000);
        EXPECT_EQ(byKey.count(), 80'000);
      }
      for (const Large* one : {&first, &second, &third}) {
        EXPECT_TRUE(!useDisk(level) || one->calls.value() == 80'000);
      }
    }
  }
}

TEST(StorageLimits, WithoutADiskNothingIsWrittenAndTheRestIsComputedAgain) {
  if (context().ranks() > 2) GTEST_SKIP() << "it all fits into the memory of more ranks";
  const LimitedRanks limited(twoOfTheLarge);
  for (const StorageLevel level : {StorageLevel::MEMORY_ONLY, StorageLevel::MEMORY_ONLY_SER}) {
    const std::uint64_t before = spilledBytes();
    const Large one;
    one.rdd.persist(level);
    EXPECT_EQ(one.rdd.sum(), one.sum());
    EXPECT_EQ(one.calls.value(), 80'000) << "no partition is computed twice in a job";
    EXPECT_EQ(one.rdd.sum(), one.sum());
    EXPECT_LT(one.calls.value(), 160'000) << "the first partitions stayed";
    EXPECT_GT(one.calls.value(), 80'000) << "the last ones were not kept";
    EXPECT_EQ(spilledBytes(), before);
  }
}

TEST(StorageLimits, WhatWasNotUsedForLongestLeaves) {
  if (context().ranks() > 1) GTEST_SKIP() << "it looks into the store of the only rank";
  const LimitedRanks limited(twoOfTheLarge * 8);
  const Large first;
  const Large second;
  const auto held = [](const Large& of) { return context().scheduler().executor().blocks().holdings(of.rdd.id()); };
  first.rdd.cache().count();
  second.rdd.persist(StorageLevel::MEMORY_AND_DISK).count();
  EXPECT_EQ(held(first).partitions, 8U);
  const Large third;
  third.rdd.cache().count();
  EXPECT_EQ(held(third).partitions, 8U);
  EXPECT_EQ(held(second).partitions, 8U);
  EXPECT_EQ(held(second).diskBytes, 0U);
  EXPECT_LT(held(first).partitions, 8U) << "makes room";
  first.rdd.unpersist();
  const Large fourth;
  fourth.rdd.persist(StorageLevel::DISK_ONLY).count();
  EXPECT_EQ(held(fourth).memoryBytes, 0U);
  EXPECT_GT(held(fourth).diskBytes, 600'000U);
  EXPECT_EQ(held(second).diskBytes, 0U);
  const Large fifth;
  const Large sixth;
  fifth.rdd.cache().count();
  sixth.rdd.cache().count();
  EXPECT_EQ(held(second).partitions, 8U);
  EXPECT_GT(held(second).diskBytes, 0U) << "has a place on disk";
  EXPECT_EQ(second.rdd.sum(), second.sum());
  EXPECT_EQ(second.calls.value(), 80'000);
}

TEST(StorageLimits, WhatARunningStageReadsWaitsOnDiskUntilItEnds) {
  if (!lasts(StorageLevel::MEMORY_ONLY)) GTEST_SKIP() << "memory has no room";
  const LimitedRanks limited(twoOfTheLarge * 4);
  const Large one;
  one.rdd.cache().count();
  EXPECT_EQ(one.calls.value(), 80'000);
  const auto groups = one.rdd.keyBy([](std::int64_t x) { return x % 50'000; }).groupByKey(8);  // needs all the memory
  EXPECT_EQ(groups.map([](const auto& group) { return group.second.size(); }).sum(), 80'000);
  EXPECT_EQ(one.calls.value(), 80'000);
  EXPECT_EQ(one.rdd.sum(), one.sum());
}

}  // namespace
}  // namespace seltzer::test
