#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "shuffle_fixture.hpp"

// When and how often shuffles compute, and how long their blocks are kept.

namespace seltzer::test {
namespace {

PhaseStatistics phase(Phase which) {
  return context().stats().total[which];
}

// --- how often

TEST(Shuffle, MapTasksRunOnceForAllActions) {
  for (const std::int64_t n : partitionCounts) {
    const Counted counted;
    const auto reduced = counted.rdd.reduceByKey(std::plus<>(), n);
    EXPECT_EQ(counted.calls.value(), 0) << "a transformation runs nothing";
    EXPECT_EQ(asMap(reduced.collect()), sums());
    EXPECT_EQ(counted.calls.value(), count);
    EXPECT_EQ(asMap(reduced.collect()), sums());
    EXPECT_EQ(reduced.count(), keys);
    EXPECT_EQ(reduced.mapValues([](std::int64_t x) { return x + 1; }).values().sum(), count * (count - 1) / 2 + keys);
    EXPECT_EQ(counted.calls.value(), count);
    EXPECT_EQ(counted.rdd.groupByKey(n).count(), keys);
    EXPECT_EQ(counted.calls.value(), 2 * count) << "another shuffle runs a map side of its own";
  }
}

TEST(Shuffle, TakeRunsTheMapSideOnce) {
  const Counted counted;
  const auto spread = counted.rdd.partitionBy(8);
  const auto all = spread.collect();
  EXPECT_EQ(counted.calls.value(), count);
  const Counted fresh;
  const auto again = fresh.rdd.partitionBy(8);
  EXPECT_EQ(again.take(1), Pairs(all.begin(), all.begin() + 1));
  EXPECT_EQ(fresh.calls.value(), count);
  EXPECT_EQ(again.take(500), Pairs(all.begin(), all.begin() + 500));
  EXPECT_EQ(again.first(), all.front());
  Pairs iterated;
  for (const Pair& pair : again.toLocalIterator()) iterated.push_back(pair);
  EXPECT_EQ(iterated, all);
  EXPECT_EQ(fresh.calls.value(), count);
}

/// Result partitions are computed again for each action, from the blocks of the shuffle.
TEST(Shuffle, TheResultSideRunsForEachAction) {
  const auto merged = context().accumulator(std::int64_t{0});
  const auto reduced = somePairs().combineByKey([](std::int64_t x) { return x; }, std::plus<>(),
                                                [merged](std::int64_t a, std::int64_t b) {
                                                  merged.add(1);
                                                  return a + b;
                                                },
                                                3);
  reduced.count();
  const std::int64_t once = merged.value();
  EXPECT_EQ(once, 8 * keys - keys) << "the combiners of 8 map tasks";
  reduced.count();
  EXPECT_EQ(merged.value(), 2 * once);
  reduced.persist(StorageLevel::MEMORY_AND_DISK).count();
  reduced.count();
  EXPECT_EQ(merged.value(), 3 * once);
}

TEST(Shuffle, MapTasksCombineBeforeTheySend) {
  const auto recordsOf = [](const auto& rdd) {
    const std::uint64_t before = phase(Phase::shuffleWrite).records;
    rdd.count();
    return phase(Phase::shuffleWrite).records - before;
  };
  const std::uint64_t combined = 8 * keys;
  EXPECT_EQ(recordsOf(somePairs().reduceByKey(std::plus<>(), 3)), combined);
  EXPECT_EQ(recordsOf(somePairs().foldByKey(0, std::plus<>(), 3)), combined);
  EXPECT_EQ(recordsOf(somePairs().aggregateByKey(std::int64_t{0}, std::plus<>(), std::plus<>(), 3)), combined);
  EXPECT_EQ(recordsOf(somePairs().keys().distinct(3)), combined);
  EXPECT_EQ(recordsOf(somePairs().groupByKey(3)), static_cast<std::uint64_t>(count));
  EXPECT_EQ(recordsOf(somePairs().partitionBy(3)), static_cast<std::uint64_t>(count));
}

// --- chains and diamonds, cold

TEST(Shuffle, SeveralInARowInOneJob) {
  for (const std::int64_t n : partitionCounts) {
    const Counted counted;
    const auto flipped = [](const Pair& pair) { return Pair(pair.second % 10, pair.first); };
    const auto last = counted.rdd.reduceByKey(std::plus<>(), n)
                          .map(flipped)
                          .partitionBy(5)
                          .map(flipped)
                          .repartition(n)
                          .groupByKey(2)
                          .mapValues([](const auto& values) { return static_cast<std::int64_t>(values.size()); })
                          .map(flipped)
                          .reduceByKey(std::plus<>(), n);
    std::map<std::int64_t, std::int64_t> inner, expected;
    for (const auto& [key, sum] : sums()) ++inner[key % 10];
    for (const auto& [digit, size] : inner) expected[size % 10] += digit;
    EXPECT_EQ(asMap(last.collect()), expected);
    EXPECT_EQ(counted.calls.value(), count);
    EXPECT_EQ(asMap(last.collect()), expected);
    EXPECT_EQ(counted.calls.value(), count);
  }
}

TEST(Shuffle, DiamondsRunTheirSourceOnce) {
  const Counted counted;
  const auto reduced = counted.rdd.reduceByKey(std::plus<>(), 4);
  const auto left = reduced.mapValues([](std::int64_t x) { return x + 1; });
  const auto right = reduced.map([](const Pair& pair) { return Pair(pair.first, -pair.second); });
  const auto both = left.join(right, 3).mapValues([](const Pair& pair) { return pair.first + pair.second; });
  const auto all = both.cogroup(reduced, right).collect();
  EXPECT_EQ(counted.calls.value(), count);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(keys));
  const auto expected = sums();
  for (const auto& [key, lists] : all) {
    EXPECT_EQ(std::get<0>(lists), std::vector<std::int64_t>{1});
    EXPECT_EQ(std::get<1>(lists), std::vector<std::int64_t>{expected.at(key)});
    EXPECT_EQ(std::get<2>(lists), std::vector<std::int64_t>{-expected.at(key)});
  }
}

TEST(Shuffle, ALadderOfDiamonds) {
  auto rdd = somePairs().reduceByKey(std::plus<>(), 2);
  for (int i = 0; i < 8; ++i) {
    const auto moved = rdd.map([](const Pair& pair) { return pair; });
    rdd = rdd.join(moved, 2 + i % 3).mapValues([](const Pair& pair) { return pair.first + pair.second; });
  }
  auto expected = sums();
  for (auto& [key, sum] : expected) sum *= 256;
  EXPECT_EQ(asMap(rdd.collect()), expected);
}

// --- other operations on shuffle results

TEST(Shuffle, UnionsCoalescesProductsAndZips) {
  for (const std::int64_t n : partitionCounts) {
    const Counted counted;
    const auto spread = counted.rdd.partitionBy(n);
    const auto parts = partsOf(spread);
    const auto all = joined(parts);
    for (const std::int64_t few : {1, 2, 3}) EXPECT_EQ(spread.coalesce(few).collect(), all);
    auto twice = all;
    twice.insert(twice.end(), all.begin(), all.end());
    const auto same = spread.map([](const Pair& pair) { return pair; });
    EXPECT_EQ((spread + same).coalesce(2).collect(), twice);
    const auto sources = context().range(0, 5, 1, 3).map([](std::int64_t x) { return Pair(x, x); });
    EXPECT_EQ((sources + spread).count(), count + 5);
    const auto first = [](const Pair& pair) { return pair.second < 3; };
    EXPECT_EQ(
        context().range(0, 4, 1, 4).cartesian(spread).values().map([](const Pair& pair) { return pair.second; }).sum(),
        4 * count * (count - 1) / 2);
    EXPECT_EQ(spread.filter(first).cartesian(spread.filter(first)).count(), 9);
    EXPECT_EQ(spread.zip(spread.mapValues([](std::int64_t x) { return -x; })).count(), count);
    std::vector<std::int64_t> indices;
    for (const auto& [pair, index] : spread.zipWithIndex().collect()) {
      EXPECT_EQ(pair, all[indices.size()]);
      indices.push_back(index);
    }
    EXPECT_EQ(indices.size(), all.size());
    EXPECT_TRUE(std::ranges::is_sorted(indices));
    EXPECT_EQ(counted.calls.value(), count);
  }
}

/// Blocks on other ranks are fetched in the same job that made them.
TEST(Shuffle, ColdJobsThatNeedPartitionsElsewhere) {
  const auto expected = sums();
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 8).coalesce(1).collect()), expected);
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 8).coalesce(3).reduceByKey(std::plus<>(), 2).collect()),
            expected);
  const auto one = context().range(0, 1, 1, 1).map([](std::int64_t x) { return Pair(-1, x); });
  EXPECT_EQ((one + somePairs().reduceByKey(std::plus<>(), 5)).coalesce(2).count(), keys + 1);
  EXPECT_EQ(one.cartesian(somePairs().groupByKey(6)).count(), keys);
}

TEST(Shuffle, PersistedOnes) {
  for (const StorageLevel level : {StorageLevel::MEMORY_AND_DISK, StorageLevel::DISK_ONLY_2}) {
    const Counted counted;
    const auto stored = counted.rdd.reduceByKey(std::plus<>(), 5).persist(level);
    const auto expected = sums();
    EXPECT_EQ(asMap(stored.collect()), expected);
    EXPECT_EQ(asMap(stored.collect()), expected);
    EXPECT_EQ(asMap(stored.coalesce(2).collect()), expected);
    EXPECT_EQ(asMap(stored.reduceByKey(std::plus<>()).collect()), expected);
    EXPECT_EQ(asMap(stored.reduceByKey(std::plus<>(), 3).collect()), expected);
    EXPECT_EQ(counted.calls.value(), count);
    stored.unpersist();
    EXPECT_EQ(asMap(stored.collect()), expected);
    EXPECT_LE(counted.calls.value(), 2 * count) << "the shuffle's output may have been given up meanwhile";
  }
}

TEST(Shuffle, ThePersistedInputOfAShuffleIsComputedOnce) {
  const Counted counted;
  const auto stored = counted.rdd.persist(StorageLevel::MEMORY_AND_DISK);
  EXPECT_EQ(asMap(stored.reduceByKey(std::plus<>(), 3).collect()), sums());
  EXPECT_EQ(stored.groupByKey(2).count(), keys);
  EXPECT_EQ(stored.count(), count);
  EXPECT_EQ(counted.calls.value(), count);
}

// --- how long
TEST(Shuffle, WhatItHoldsGoesWithTheLastHandle) {
  const std::size_t before = heldForShuffles();
  {
    const auto last = [] {
      const auto reduced = somePairs().reduceByKey(std::plus<>(), 3);
      EXPECT_EQ(reduced.count(), keys);
      return reduced.map([](const Pair& pair) { return pair; });
    }();
    EXPECT_GT(heldForShuffles(), before);
    EXPECT_EQ(last.count(), keys);
    EXPECT_GT(heldForShuffles(), before) << "a child needs it";
  }
  EXPECT_EQ(heldForShuffles(), before);
  {
    const auto joined = somePairs().join(somePairs(), 4);
    joined.coalesce(1).count();
    joined.cogroup(somePairs()).count();
    somePairs().repartition(5).coalesce(2).count();
    somePairs().groupByKey(2).take(3);
    somePairs().distinct(3).count();
  }
  EXPECT_EQ(heldForShuffles(), before);
}

/// A sequence of many shuffles needs no more memory than one.
TEST(Shuffle, IterationsDoNotPileUp) {
  const std::size_t before = heldForShuffles();
  auto rdd = somePairs().reduceByKey(std::plus<>(), 4).cache();
  for (int i = 0; i < 20; ++i) {
    rdd = rdd.map([](const Pair& pair) { return Pair((pair.first + 1) % keys, pair.second); })
              .reduceByKey(std::plus<>(), 4);
    EXPECT_EQ(rdd.count(), keys);
  }
  EXPECT_EQ(rdd.values().sum(), count * (count - 1) / 2);
  rdd = somePairs();
  EXPECT_EQ(heldForShuffles(), before);
}

// --- sizes

/// Elements much longer than a frame, a message or a round of the exchange.
TEST(Shuffle, VeryLongElements) {
  const Config& config = context().config();
  const std::size_t length =
      std::min<std::size_t>(config.memory == 0 ? 10'000'000 : 500'000, 3000 * config.messageLimit);
  const auto texts = context().range(0, 3, 1, 3).map([length](std::int64_t x) {
    return std::pair(x, std::string(x == 1 ? length : 10, static_cast<char>('a' + x)));
  });
  const auto sizeOf = [](const std::string& text) {
    return std::pair(text.size(), static_cast<std::int64_t>(std::ranges::count(text, text[0])));
  };
  const std::map<std::int64_t, std::pair<std::size_t, std::int64_t>> expected{
      {0, {10, 10}}, {1, {length, length}}, {2, {10, 10}}};
  const auto check = [&](const auto& rdd) {
    std::map<std::int64_t, std::pair<std::size_t, std::int64_t>> seen;
    for (const auto& [key, size] : rdd.collect()) seen.emplace(key, size);
    EXPECT_EQ(seen, expected);
  };
  check(texts.reduceByKey(std::plus<>(), 2).mapValues(sizeOf));
  check(texts.repartition(1).mapValues(sizeOf));
}

TEST(Shuffle, ManyPartitionsOfAlmostNothing) {
  const auto wide = context().range(0, 60, 1, 150).map([](std::int64_t x) { return Pair(x % 50, x); });
  EXPECT_EQ(wide.reduceByKey(std::plus<>()).getNumPartitions(), 150u);
  EXPECT_EQ(wide.reduceByKey(std::plus<>()).count(), 50);
  EXPECT_EQ(wide.groupByKey(1).count(), 50);
  EXPECT_EQ(wide.repartition(120).count(), 60);
}

}  // namespace
}  // namespace seltzer::test
