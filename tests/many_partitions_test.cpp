#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/shuffle/element_row_output.hpp>

#include "fixture.hpp"

// Few elements in many partitions. If work grew with map tasks x partitions, these tests would take minutes, and more
// memory than there is.

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;
using Pairs = std::vector<Pair>;

constexpr std::int64_t partitions = 20'000;
constexpr std::int64_t count = 100;

RDD<Pair> fewPairs() {
  return context().range(0, count, 1, partitions).map([](std::int64_t x) { return Pair(x * 7919 % count, x); });
}

Pairs expectedPairs() {
  Pairs pairs;
  for (std::int64_t x = 0; x < count; ++x) pairs.emplace_back(x * 7919 % count, x);
  std::ranges::sort(pairs);
  return pairs;
}

template <class T>
std::vector<T> sorted(std::vector<T> elements) {
  std::ranges::sort(elements);
  return elements;
}

TEST(ManyPartitions, ByKey) {
  EXPECT_EQ(sorted(fewPairs().reduceByKey(std::plus<>()).collect()), expectedPairs());
  EXPECT_EQ(fewPairs().groupByKey().count(), count);
  EXPECT_EQ(sorted(fewPairs().partitionBy(HashPartitioner(partitions)).collect()), expectedPairs());
}

TEST(ManyPartitions, Join) {
  EXPECT_EQ(fewPairs().join(fewPairs()).count(), count);
}

TEST(ManyPartitions, Sort) {
  const auto byKey = fewPairs().sortBy([](const Pair& pair) { return pair.first; }, true, partitions);
  EXPECT_EQ(byKey.collect(), expectedPairs());
  const auto within = fewPairs().repartitionAndSortWithinPartitions(HashPartitioner(partitions));
  EXPECT_EQ(sorted(within.collect()), expectedPairs());
}

TEST(ManyPartitions, Repartition) {
  EXPECT_EQ(sorted(fewPairs().repartition(partitions / 2).collect()), expectedPairs());
  EXPECT_EQ(sorted(context().range(0, count, 1, 1).repartition(partitions).collect()).size(), std::size_t{count});
}

TEST(ManyPartitions, ARunHasThePiecesThatHaveElements) {
  constexpr std::size_t tooMany = std::size_t{1} << 50;
  detail::ElementRowOutput<int> run;
  for (int i = 0; i < 10; ++i) run.elements().push_back(i);
  run.complete();
  run.cut({{5, 3}, {tooMany - 2, 10}});
  EXPECT_EQ(run.next(0, 5), 5u);
  EXPECT_EQ(run.next(0, tooMany), 5u);
  EXPECT_EQ(run.next(6, 100), 100u);
  detail::ShuffleFrame frame;
  EXPECT_FALSE(run.take(4, frame));
  EXPECT_TRUE(run.take(tooMany - 2, frame));
  EXPECT_EQ(frame.records, 7u);
  EXPECT_FALSE(run.take(tooMany - 2, frame));
  EXPECT_FALSE(run.isEmpty());
  EXPECT_TRUE(run.take(5, frame));
  EXPECT_EQ(frame.records, 3u);
  EXPECT_TRUE(run.isEmpty());
  EXPECT_EQ(run.next(0, tooMany), tooMany);

  detail::ElementRowOutputs<int> runs(tooMany);
  runs.run(tooMany - 1).push_back(7);
  runs.run(3).push_back(8);
  runs.forRuns([](auto&) {});
  EXPECT_EQ(runs.next(0, tooMany), 3u);
  EXPECT_TRUE(runs.take(3, frame));
  EXPECT_EQ(runs.next(0, tooMany), tooMany - 1);
}

/// Nested unions: each adds an RDD to the left or the right of the previous one.
RDD<std::int64_t> unions(std::int64_t rounds, bool left) {
  Context& sc = context();
  auto all = sc.range(0, 4, 1, 4);
  for (std::int64_t i = 1; i < rounds; ++i) {
    const auto next = sc.range(4 * i, 4 * i + 4, 1, 4);
    all = left ? next.union_(all) : all.union_(next);
  }
  return all;
}

TEST(ManyPartitions, UnionsOfUnions) {
  constexpr std::int64_t rounds = 4000;
  std::vector<std::int64_t> expected(4 * rounds);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::int64_t>(i);
  const auto right = unions(rounds, false);
  EXPECT_EQ(right.collect(), expected);
  EXPECT_EQ(right.take(10), std::vector(expected.begin(), expected.begin() + 10));
  EXPECT_EQ(sorted(unions(rounds, true).collect()), expected);
}

TEST(ManyPartitions, UnionsOfUnionsFindEveryPartition) {
  Context& sc = context();
  std::vector<std::int64_t> expected;
  std::int64_t next = 0;
  auto all = sc.emptyRDD<std::int64_t>();
  std::vector<RDD<std::int64_t>> kept;
  for (std::int64_t i = 0; i < 70; ++i) {
    const std::int64_t size = i % 5;
    const auto more = sc.range(next, next + size, 1, 1 + i % 3);
    const bool left = i % 7 == 3;
    all = left ? more.union_(all) : all.union_(more);
    std::vector<std::int64_t> added;
    for (std::int64_t x = 0; x < size; ++x) added.push_back(next++);
    expected.insert(left ? expected.begin() : expected.end(), added.begin(), added.end());
    kept.push_back(all);
    EXPECT_EQ(all.collect(), expected);
  }
  kept[30].persist(StorageLevel::MEMORY_ONLY);
  EXPECT_EQ(all.collect(), expected);
  EXPECT_EQ(all.collect(), expected);
  kept[30].unpersist();
  EXPECT_EQ(all.collect(), expected);
  // two unions that extend the same one
  const auto one = kept[20].union_(sc.range(0, 2, 1, 2));
  const auto two = kept[20].union_(sc.range(5, 8, 1, 3));
  const auto base = kept[20].collect();
  EXPECT_EQ(one.count(), static_cast<std::int64_t>(base.size()) + 2);
  EXPECT_EQ(two.take(1000).back(), 7);
  EXPECT_EQ(one.union_(one).count(), 2 * one.count());
}

TEST(ManyPartitions, UnionsOfShuffledRDDs) {
  Context& sc = context();
  auto all = sc.range(0, 1, 1, 1);
  for (std::int64_t i = 1; i < 300; ++i) {
    all = all.union_(sc.range(i, i + 1, 1, 1).repartition(1));
  }
  EXPECT_EQ(all.count(), 300);
  EXPECT_EQ(all.reduce([](std::int64_t a, std::int64_t b) { return a + b; }), 300 * 299 / 2);
}

}  // namespace
}  // namespace seltzer::test
