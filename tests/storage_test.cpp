#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "driver/scheduler.hpp"
#include "storage_fixture.hpp"
#include "unwritable.hpp"

namespace seltzer::test {
namespace {

TEST(Storage, PersistedOnesAreComputedOnce) {
  for (const StorageLevel level : levels) {
    for (const std::int64_t partitions : partitionCounts) {
      Counted counted(3000, partitions);
      const auto& stored = counted.rdd.persist(level);
      EXPECT_EQ(counted.calls.value(), 0);
      EXPECT_EQ(stored.collect(), counted.elements);
      expectCalls(counted.calls, 3000, level);
      EXPECT_EQ(stored.collect(), counted.elements);
      EXPECT_EQ(stored.map([](std::int64_t x) { return x / 3; }).sum(), 2999 * 1500);
      expectCalls(counted.calls, 3000, level);
    }
  }
}

TEST(Storage, NotPersistedOnesAreComputedEachTime) {
  Counted counted(100, 3);
  counted.rdd.count();
  counted.rdd.count();
  EXPECT_EQ(counted.calls.value(), 200);
}

TEST(Storage, LevelsAreSeenOnEveryHandle) {
  const auto rdd = context().range(10);
  const auto other = rdd;
  EXPECT_FALSE(rdd.isCached());
  EXPECT_EQ(rdd.getStorageLevel(), StorageLevel::NONE);
  rdd.cache();
  EXPECT_TRUE(other.isCached());
  EXPECT_EQ(other.getStorageLevel(), StorageLevel::MEMORY_ONLY);
  EXPECT_NO_THROW(rdd.cache()) << "the same level again";
  EXPECT_THROW(rdd.persist(StorageLevel::MEMORY_ONLY_SER), std::logic_error);
  EXPECT_THROW(rdd.persist(StorageLevel::NONE), std::invalid_argument);
  EXPECT_EQ(rdd.getStorageLevel(), StorageLevel::MEMORY_ONLY);
  rdd.unpersist();
  EXPECT_FALSE(other.isCached());
  rdd.persist(StorageLevel::MEMORY_ONLY_SER);
  EXPECT_EQ(other.getStorageLevel(), StorageLevel::MEMORY_ONLY_SER);
  EXPECT_EQ(rdd.count(), 10);
  EXPECT_FALSE(rdd.map([](std::int64_t x) { return x; }).isCached());
}

TEST(Storage, UnpersistDropsAndComputesAgain) {
  Counted counted(100, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK).count();
  counted.rdd.unpersist();
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 200);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK_SER).count();
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 300);
  counted.rdd.unpersist().persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 400);
  EXPECT_NO_THROW(counted.rdd.unpersist().unpersist());
}

TEST(Storage, PersistAfterTheFirstJob) {
  Counted counted(100, 3);
  counted.rdd.count();
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK);
  counted.rdd.count();
  counted.rdd.count();
  EXPECT_EQ(counted.calls.value(), 200);
}

TEST(Storage, OnlyVisitedPartitionsAreStoredAndWhole) {
  Counted counted(800, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(counted.rdd.take(2), (Numbers{0, 3}));
  EXPECT_EQ(counted.calls.value(), 100);
  EXPECT_EQ(counted.rdd.take(50).size(), 50u);
  EXPECT_EQ(counted.calls.value(), 100);
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 800);
}

TEST(Storage, StoredPartitionsAreFetchedByOtherRanksAndNotComputedAgain) {
  for (const StorageLevel level : levels) {
    Counted counted(800, 8);
    const auto& stored = counted.rdd.persist(level);
    EXPECT_EQ(stored.count(), 800);
    for (const std::int64_t n : {1, 2, 3, 5}) EXPECT_EQ(stored.coalesce(n).collect(), counted.elements);
    const auto before = context().range(0, 5, 1, 1);
    EXPECT_EQ((before + stored).coalesce(1).count(), 805);
    EXPECT_EQ((stored + stored).coalesce(2).count(), 1600);
    const auto two = context().range(0, 2, 1, 2);
    EXPECT_EQ(two.cartesian(stored).values().sum(), 2 * stored.sum());
    EXPECT_EQ(stored.cartesian(stored).count(), 640'000);
    const auto shifted = stored.coalesce(4).zip(stored.coalesce(4));
    EXPECT_EQ(shifted.keys().collect(), counted.elements);
    expectCalls(counted.calls, 800, level);
    EXPECT_EQ(stored.coalesce(1).map([](std::int64_t x) { return x; }).collect(), counted.elements);
    expectCalls(counted.calls, 800, level);
  }
}

TEST(Storage, CopiesThatWereFetchedDoNotOutliveUnpersist) {
  Counted counted(80, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK).count();
  EXPECT_EQ(counted.rdd.coalesce(1).count(), 80);
  counted.rdd.unpersist();
  EXPECT_EQ(counted.rdd.coalesce(1).collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 160);
}

TEST(Storage, ColdJobsOverSeveralStoredOnes) {
  Counted counted(800, 8);
  const auto first = counted.rdd.persist(StorageLevel::MEMORY_AND_DISK);
  const auto second = first.map([](std::int64_t x) { return x + 1; }).persist(StorageLevel::MEMORY_AND_DISK_SER);
  const auto both = first.coalesce(3).zip(second.coalesce(3)).persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(both.map([](const auto& pair) { return pair.second - pair.first; }).sum(), 800);
  const auto calls = counted.calls.value();
  EXPECT_GE(calls, 800);
  EXPECT_EQ(both.keys().collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), calls);
  EXPECT_EQ(first.collect(), counted.elements);
  EXPECT_EQ(second.sum(), first.sum() + 800);
}

TEST(Storage, EveryKindOfElement) {
  for (const StorageLevel level : levels) {
    const auto check = [level](const auto& elements) {
      const auto stored = context().parallelize(elements, 3).map([](const auto& x) { return x; }).persist(level);
      EXPECT_EQ(stored.collect(), elements);
      EXPECT_EQ(stored.collect(), elements);
      EXPECT_EQ(stored.coalesce(1).collect(), elements);
    };
    check(someStrings(3000));
    check(someReadings(1000));
    check(someTickets(3000));
    check(std::vector<double>(3000, 0.25));
    std::vector<bool> bits(3000);
    for (std::size_t i = 0; i < bits.size(); i += 3) bits[i] = true;
    check(bits);
    check(std::vector<std::pair<std::string, std::int64_t>>{{"a", 1}, {"", -1}, {"b", 0}});
    check(std::vector<std::string>());
    check(std::vector<std::vector<std::string>>{{"a", "b"}, {}, {"c"}});
  }
}

TEST(Storage, StoredElementsAreNotChangedByWhoeverReadsThem) {
  for (const StorageLevel level : levels) {
    const auto stored = context().parallelize(someStrings(3000), 3).persist(level);
    EXPECT_EQ(stored.map([](std::string&& text) { return std::move(text) + "x"; }).count(), 3000);
    EXPECT_EQ(stored.glom().count(), 3);
    EXPECT_EQ(stored.filter([](const std::string& text) { return text.size() > 2; }).top(3).size(), 3u);
    EXPECT_EQ(stored.collect(), someStrings(3000));
  }
}

TEST(Storage, LongPartitionsAreReadAgain) {
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < 9000; ++i) texts.push_back(std::to_string(i * i) + std::string(i % 40, 'x'));
  for (const StorageLevel level : levels) {
    const auto calls = context().accumulator(std::int64_t{0});
    const auto stored = context().parallelize(texts, 2).map([added = calls](const std::string& text) {
      added.add(1);
      return text;
    });
    stored.persist(level);
    EXPECT_EQ(stored.first(), texts[0]);
    EXPECT_EQ(stored.collect(), texts);
    EXPECT_EQ(stored.coalesce(1).collect(), texts);
    const auto views = stored.map([](const std::string& text) { return std::string_view(text); });
    views.persist(level);
    EXPECT_EQ(views.count(), 9000);
    EXPECT_EQ(views.collect(), texts);
    const auto pairs = context().range(0, 3, 1, 3).cartesian(stored);
    EXPECT_EQ(pairs.count(), 27'000);
    EXPECT_EQ(pairs.filter([](const auto& pair) { return pair.first == 2; }).values().collect(), texts);
    expectCalls(calls, 9000, level);
  }
}

TEST(Storage, WhatCannotBeWrittenIsStored) {
  const auto calls = context().accumulator(std::int64_t{0});
  const auto stored = context().range(0, 9000, 1, 3).map([added = calls](std::int64_t x) {
    added.add(1);
    return Unwritable{x, x % 3000 == 2500};
  });
  stored.persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(stored.count(), 9000);
  Counted others(9000, 3);
  EXPECT_EQ(others.rdd.cache().collect(), others.elements) << "makes room";
  EXPECT_EQ(stored.map([](const Unwritable& element) { return element.value; }).sum(), 8999 * 4500);
  EXPECT_EQ(calls.value(), 9000);
  EXPECT_THROW(stored.collect(), TaskError);
  EXPECT_EQ(stored.filter([](const Unwritable& element) { return !element.refuses; }).collect().size(), 8997U);
  EXPECT_EQ(context()
                .range(0, 9000, 1, 3)
                .map([](std::int64_t x) {
                  return Unwritable{x, true};
                })
                .cache()
                .count(),
            9000);
  const auto serialized = context().range(9).map([](std::int64_t x) { return Unwritable{x, true}; });
  EXPECT_THROW(serialized.persist(StorageLevel::MEMORY_ONLY_SER).count(), TaskError);
}

TEST(Storage, WhatAFailedJobStoredIsUsed) {
  Counted counted(800, 8);
  counted.rdd.persist(StorageLevel::MEMORY_AND_DISK);
  const auto broken = counted.rdd.map([](std::int64_t x) {
    if (x == 3 * 799) throw std::runtime_error("the last");
    return x;
  });
  EXPECT_THROW(broken.count(), TaskError);
  EXPECT_EQ(counted.calls.value(), 0) << "a failed job adds nothing";
  EXPECT_EQ(counted.rdd.collect(), counted.elements);
  EXPECT_EQ(counted.calls.value(), 0) << "all partitions were stored when the job failed";
}

TEST(Storage, DroppedOnesAreFreedWithTheNextJob) {
  Context& sc = context();
  const auto& blocks = sc.scheduler().executor().blocks();
  sc.range(1).count();
  const std::size_t before = blocks.blocks();
  {
    const auto stored = sc.range(0, 100, 1, sc.ranks()).map([](std::int64_t x) { return x; });
    stored.persist(StorageLevel::MEMORY_AND_DISK).count();
    EXPECT_GT(blocks.blocks(), before);
    EXPECT_EQ(stored.coalesce(1).count(), 100);
  }
  sc.range(1).count();
  EXPECT_EQ(blocks.blocks(), before);
}

TEST(Storage, InfoTellsWhatIsStoredWhere) {
  Context& sc = context();
  const Large one;
  const Large two;
  const Large three;
  one.rdd.persist(StorageLevel::DISK_ONLY).setName("on disk");
  two.rdd.persist(StorageLevel::MEMORY_AND_DISK).take(1);
  three.rdd.cache();
  EXPECT_TRUE(sc.getRDDStorageInfo().empty() || sc.getRDDStorageInfo()[0].id == two.rdd.id());
  one.rdd.count();
  const auto infos = sc.getRDDStorageInfo();
  ASSERT_EQ(infos.size(), 2U);
  EXPECT_EQ(infos[0].id, one.rdd.id());
  EXPECT_EQ(infos[0].name, "on disk");
  EXPECT_EQ(infos[0].storageLevel, StorageLevel::DISK_ONLY);
  EXPECT_EQ(infos[0].numPartitions, 8U);
  EXPECT_EQ(infos[0].numCachedPartitions, 8U);
  EXPECT_EQ(infos[0].memSize, 0U);
  EXPECT_EQ(infos[0].diskSize, 640'000U);
  EXPECT_EQ(infos[1].numCachedPartitions, 1U);
  EXPECT_EQ(infos[1].memSize + infos[1].diskSize, 80'000U);
  ASSERT_EQ(infos[0].ranks.size(), static_cast<std::size_t>(sc.ranks()));
  std::uint64_t partitions = 0;
  for (const RankStorage& rank : infos[0].ranks) {
    EXPECT_EQ(rank.diskSize, rank.partitions * 80'000);
    partitions += rank.partitions;
  }
  EXPECT_EQ(partitions, 8U);
  EXPECT_EQ(sc.stats().storage.size(), 2U);
  EXPECT_NE(sc.stats().json().find("\"level\": \"DISK_ONLY\""), std::string::npos);
  one.rdd.unpersist();
  EXPECT_EQ(sc.getRDDStorageInfo().size(), 1U);
}

TEST(Storage, SecondCopiesAreOnOtherRanks) {
  for (const StorageLevel level : {StorageLevel::MEMORY_ONLY_2, StorageLevel::DISK_ONLY_2}) {
    if (!lasts(level)) continue;
    const Large one;
    one.rdd.persist(level).count();
    const auto held = [id = one.rdd.id()] { return detail::Executor::current()->blocks().holdings(id).partitions; };
    const std::int64_t ranks = context().ranks();
    const auto sum = context().range(0, ranks, 1, ranks).map([held](std::int64_t) { return held(); }).sum();
    EXPECT_EQ(sum, ranks == 1 ? 8U : 16U);
    EXPECT_EQ(context().getRDDStorageInfo()[0].memSize == 0, !useMemory(level));
    EXPECT_TRUE(one.rdd.coalesce(1).collect() == one.elements);
    one.rdd.unpersist();
    EXPECT_EQ(context().range(0, ranks, 1, ranks).map([held](std::int64_t) { return held(); }).sum(), 0U);
  }
}

}  // namespace
}  // namespace seltzer::test
