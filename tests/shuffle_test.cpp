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

#include <seltzer/data/memory_account.hpp>

#include "fixture.hpp"

// How shuffles run: what is computed when and how often, what is kept how long, and what happens when a function
// throws.

namespace seltzer::test {

/// A key that throws where it is hashed, -1, or compared, -2.
struct Moody {
  std::int64_t number = 0;
  bool operator==(const Moody& other) const {
    if (number == -2) throw std::runtime_error("will not be compared");
    return number == other.number;
  }
};

}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::Moody> {
  std::uint64_t operator()(const seltzer::test::Moody& key) const {
    if (key.number == -1) throw std::runtime_error("will not be hashed");
    return static_cast<std::uint64_t>(key.number);
  }
};

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;
using Pairs = std::vector<Pair>;

constexpr std::int64_t count = 800;
constexpr std::int64_t keys = 37;

/// (x % 37, x) for x up to 800, in 8 partitions, and how many of them were computed.
struct Counted {
  Accumulator<std::int64_t> calls = context().accumulator(std::int64_t{0});
  RDD<Pair> rdd = context().range(0, count, 1, 8).map([added = calls](std::int64_t x) {
    added.add(1);
    return Pair(x % keys, x);
  });
};

RDD<Pair> somePairs() {
  return context().range(0, count, 1, 8).map([](std::int64_t x) { return Pair(x % keys, x); });
}

std::map<std::int64_t, std::int64_t> sums() {
  std::map<std::int64_t, std::int64_t> sums;
  for (std::int64_t x = 0; x < count; ++x) sums[x % keys] += x;
  return sums;
}

template <class Pairs>
std::map<std::int64_t, std::int64_t> asMap(const Pairs& pairs) {
  std::map<std::int64_t, std::int64_t> map;
  for (const auto& [key, value] : pairs) EXPECT_TRUE(map.emplace(key, value).second) << "key " << key << " twice";
  return map;
}

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

/// Partitions of a result are computed again for each action, from what was kept of the shuffle.
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
  reduced.cache().count();
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

TEST(Shuffle, OnlyWhatChangesTheRankTravels) {
  const std::uint64_t before = phase(Phase::shuffleExchange).records;
  somePairs().map([](const Pair& pair) { return Pair(7, pair.second); }).partitionBy(1).count();
  const std::uint64_t moved = phase(Phase::shuffleExchange).records - before;
  const auto ranks = static_cast<std::uint64_t>(context().ranks());
  std::uint64_t elsewhere = 0;  // elements that are not on rank 0
  for (std::uint64_t p = 0; p < 8; ++p) elsewhere += p * ranks / 8 == 0 ? 0 : count / 8;
  EXPECT_EQ(moved, elsewhere);
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

// --- other operations on what was shuffled

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

/// Blocks that lie elsewhere are fetched in the very job that made them.
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
  for (const StorageLevel level : {StorageLevel::MEMORY_ONLY, StorageLevel::MEMORY_ONLY_SER}) {
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
  const auto stored = counted.rdd.cache();
  EXPECT_EQ(asMap(stored.reduceByKey(std::plus<>(), 3).collect()), sums());
  EXPECT_EQ(stored.groupByKey(2).count(), keys);
  EXPECT_EQ(stored.count(), count);
  EXPECT_EQ(counted.calls.value(), count);
}

// --- how long

/// What all ranks hold for shuffles.
std::size_t heldForShuffles() {
  const std::int64_t ranks = context().ranks();
  const auto held = context().range(0, ranks, 1, ranks).map([](std::int64_t) {
    using detail::MemoryUse;
    const auto& account = detail::memoryAccount();
    return account.held(MemoryUse::shuffleBlocks) + account.held(MemoryUse::shuffleWrite) +
           account.held(MemoryUse::aggregation) + account.held(MemoryUse::group) + account.held(MemoryUse::sort);
  });
  return held.reduce(std::plus<>());
}

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

/// Many shuffles one after the other need no more memory than one.
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

// --- functions that throw

[[noreturn]] void boom() {
  throw std::runtime_error("boom");
}

template <class Job>
TaskFailure failureOf(Job job) {
  try {
    job();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const TaskError& error) {
    return error.failure();
  }
  return {};
}

/// The failure names the operation at `where`, and the context is usable afterwards.
template <class Job>
void expectFailure(Job job, const std::string& operation, CallSite where, const std::string& what = "boom") {
  const std::size_t before = heldForShuffles();
  const TaskFailure failure = failureOf(job);
  EXPECT_EQ(failure.operation, operation);
  EXPECT_EQ(failure.callSite, toString(where));
  EXPECT_EQ(failure.what, what);
  EXPECT_EQ(failure.attempts, context().config().maxTaskFailures);
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 3).collect()), sums());
  EXPECT_EQ(heldForShuffles(), before) << "a failed stage leaves nothing";
}

TEST(Shuffle, FunctionsOfTheMapSideThatThrow) {
  const auto rdd = somePairs();
  const CallSite where = CallSite::current();
  const auto fails = [](std::int64_t x) {
    if (x == 505) boom();  // the first of its key in its partition
    return x;
  };
  const auto merging = [](std::int64_t a, std::int64_t b) {
    if (b == 555) boom();
    return a + b;
  };
  expectFailure([&] { rdd.combineByKey(fails, std::plus<>(), std::plus<>(), 3, where).count(); }, "combineByKey",
                where);
  const auto creates = [](std::int64_t x) { return x; };
  expectFailure([&] { rdd.combineByKey(creates, merging, std::plus<>(), 3, where).count(); }, "combineByKey", where);
  expectFailure([&] { rdd.reduceByKey(merging, 3, where).collect(); }, "reduceByKey", where);
  expectFailure([&] { rdd.foldByKey(0, merging, 3, where).take(1); }, "foldByKey", where);
  expectFailure([&] { rdd.aggregateByKey(std::int64_t{0}, merging, std::plus<>(), 3, where).count(); },
                "aggregateByKey", where);
  expectFailure([&] { rdd.mapValues(fails, where).groupByKey(3).count(); }, "mapValues", where);
  expectFailure([&] { rdd.mapValues(fails, where).repartition(3).count(); }, "mapValues", where);
  expectFailure([&] { rdd.join(rdd.mapValues(fails, where), 3).count(); }, "mapValues", where);
}

TEST(Shuffle, FunctionsOfTheResultSideThatThrow) {
  const Counted counted;
  const CallSite where = CallSite::current();
  const auto merging = [](std::int64_t a, std::int64_t b) {
    if (a % keys == 5) boom();
    return a + b;
  };
  const auto first = [](std::int64_t x) { return x; };
  const auto keepsFirst = [](std::int64_t a, std::int64_t) { return a; };
  expectFailure([&] { counted.rdd.combineByKey(first, keepsFirst, merging, 3, where).count(); }, "combineByKey", where);
}

TEST(Shuffle, AResultSideThatFailedRunsAgainOnItsOwn) {
  const Counted counted;
  const auto spread = counted.rdd.partitionBy(5);
  EXPECT_THROW(spread.foreach ([](const Pair&) { boom(); }), TaskError);
  EXPECT_EQ(counted.calls.value(), count) << "the map side had succeeded";
  EXPECT_EQ(spread.count(), count);
  EXPECT_EQ(counted.calls.value(), count);
}

TEST(Shuffle, AMapSideThatFailedAddsNothingAndRunsAgain) {
  const auto calls = context().accumulator(std::int64_t{0});
  const auto broken = somePairs().map([calls](const Pair& pair) {
    calls.add(1);
    if (pair.second == count - 1) boom();
    return pair;
  });
  const auto spread = broken.partitionBy(5);
  EXPECT_THROW(spread.count(), TaskError);
  EXPECT_THROW(spread.count(), TaskError);
  EXPECT_EQ(calls.value(), 0);
}

struct Thrower {
  std::int64_t key;
  std::size_t numPartitions() const { return 3; }
  std::size_t getPartition(std::int64_t given) const {
    if (given == key) boom();
    return 0;
  }
};

TEST(Shuffle, PartitionersThatThrow) {
  const auto rdd = somePairs();
  const CallSite where = CallSite::current();
  expectFailure([&] { rdd.partitionBy(Thrower{30}, where).count(); }, "partitionBy", where);
  expectFailure([&] { rdd.groupByKey(Thrower{30}, where).count(); }, "groupByKey", where);
  expectFailure([&] { rdd.reduceByKey(std::plus<>(), Thrower{30}, where).count(); }, "reduceByKey", where);
  expectFailure([&] { rdd.join(rdd, Thrower{30}, where).count(); }, "join", where);
  EXPECT_EQ(rdd.partitionBy(Thrower{keys}).count(), count);
}

/// All to the first partition, without a look at the key.
struct Blind {
  std::size_t numPartitions() const { return 2; }
  std::size_t getPartition(const Moody&) const { return 0; }
};

TEST(Shuffle, KeysThatThrow) {
  const auto moody = [](std::int64_t bad) {
    return somePairs().map(
        [bad](const Pair& pair) { return std::pair(Moody{pair.first == 30 ? bad : pair.first}, pair.second); });
  };
  const CallSite where = CallSite::current();
  const CallSite earlier = CallSite::current();
  const std::string hashing = "will not be hashed";
  const std::string comparing = "will not be compared";
  expectFailure([&] { moody(-1).partitionBy(3, where).count(); }, "partitionBy", where, hashing);
  expectFailure([&] { moody(-1).groupByKey(3, where).count(); }, "groupByKey", where, hashing);
  expectFailure([&] { moody(-1).reduceByKey(std::plus<>(), 3, where).count(); }, "reduceByKey", where, hashing);
  expectFailure([&] { moody(-2).reduceByKey(std::plus<>(), 3, where).count(); }, "reduceByKey", where, comparing);
  expectFailure([&] { moody(-2).groupByKey(3, where).count(); }, "groupByKey", where, comparing);
  // where nothing is shuffled any more, a table is the first that looks at the keys
  const auto there = moody(-1).partitionBy(Blind(), earlier);
  EXPECT_EQ(there.count(), count);
  expectFailure([&] { there.groupByKey({}, where).count(); }, "groupByKey", where, hashing);
  expectFailure([&] { there.cogroup(there, {}, where).count(); }, "cogroup", where, hashing);
  expectFailure([&] { there.join(there, {}, where).count(); }, "join", where, hashing);
  expectFailure([&] { there.leftSemiJoin(there, {}, where).count(); }, "leftSemiJoin", where, hashing);
}

// --- tasks that fail once

/// Throws in the middle of a first attempt, where there may be a second.
struct Flaky {
  bool wanted = context().config().maxTaskFailures > 1;
  void operator()(std::int64_t x) const {
    if (wanted && x % 100 == 57 && TaskContext::current()->attempt() == 0) boom();
  }
};

TEST(Shuffle, TasksThatFailOnceAreTriedAgainWithoutATrace) {
  const Flaky flaky;
  const auto calls = context().accumulator(std::int64_t{0});
  const auto rdd = somePairs().map([flaky, calls](const Pair& pair) {
    calls.add(1);
    flaky(pair.second);
    return pair;
  });
  const auto steady = somePairs();
  EXPECT_EQ(partsOf(rdd.partitionBy(3)), partsOf(steady.partitionBy(3)));
  EXPECT_EQ(calls.value(), count);
  EXPECT_EQ(partsOf(rdd.repartition(3)), partsOf(steady.repartition(3)));
  EXPECT_EQ(partsOf(rdd.reduceByKey(std::minus<>(), 3)), partsOf(steady.reduceByKey(std::minus<>(), 3)));
  EXPECT_EQ(partsOf(rdd.groupByKey(3)), partsOf(steady.groupByKey(3)));
  EXPECT_EQ(partsOf(rdd.join(rdd, 3)), partsOf(steady.join(steady, 3)));
  EXPECT_EQ(calls.value(), 6 * count);
}

TEST(Shuffle, ResultTasksThatFailOnceAreTriedAgainWithoutATrace) {
  const Flaky flaky;
  const auto lists = [](std::int64_t x) { return std::vector<std::int64_t>{x}; };
  const auto append = [](std::vector<std::int64_t>& list, std::int64_t x) { list.push_back(x); };
  const auto combined = somePairs().combineByKey(
      lists, append,
      [flaky](std::vector<std::int64_t>& list, std::vector<std::int64_t>&& next) {
        list.insert(list.end(), next.begin(), next.end());
        for (const std::int64_t x : list) flaky(x);
      },
      3);
  const auto steady = partsOf(somePairs().groupByKey(3));
  EXPECT_EQ(partsOf(combined), steady);
  EXPECT_EQ(partsOf(combined), steady);
}

/// Set on rank 0 alone, where the driver function runs.
std::optional<RDD<std::int64_t>> globalRDD;

TEST(Shuffle, JobsInsideOfFunctionsThrow) {
  globalRDD = context().range(5);
  const auto nested = [](std::int64_t a, std::int64_t) {
    if (globalRDD) globalRDD->count();
    return a;
  };
  EXPECT_THROW(somePairs().reduceByKey(nested, 3).count(), NestedJobError);
  EXPECT_THROW(somePairs().combineByKey([](std::int64_t x) { return x; }, std::plus<>(), nested, 3).count(),
               NestedJobError);
  EXPECT_EQ(globalRDD->count(), 5);
  globalRDD.reset();
  EXPECT_EQ(asMap(somePairs().reduceByKey(std::plus<>(), 3).collect()), sums());
}

// --- sizes

/// Elements far longer than a frame, a message or a round of the exchange.
TEST(Shuffle, VeryLongElements) {
  const std::size_t length = std::min<std::size_t>(10'000'000, 3000 * context().config().messageLimit);
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
