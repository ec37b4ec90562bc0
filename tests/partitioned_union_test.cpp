#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Unions of RDDs with the same partitioner.

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;
using Parts = std::vector<std::vector<Pair>>;

RDD<Pair> pairsFrom(std::int64_t begin, std::int64_t count, std::int64_t partitions) {
  return context().range(begin, begin + count, 1, partitions).keyBy([](std::int64_t x) { return x % 13; });
}

/// Partition i of each RDD, concatenated.
Parts sideBySide(const std::vector<RDD<Pair>>& rdds) {
  Parts all(rdds.front().getNumPartitions());
  for (const auto& rdd : rdds) {
    const auto parts = partsOf(rdd);
    for (std::size_t p = 0; p < parts.size(); ++p) all[p].insert(all[p].end(), parts[p].begin(), parts[p].end());
  }
  return all;
}

TEST(PartitionedUnion, StaysPartitioned) {
  for (const std::int64_t n : partitionCounts) {
    const auto a = pairsFrom(0, 500, 2).partitionBy(n);
    const auto b = pairsFrom(1000, 1, 3).partitionBy(n);
    const auto c = pairsFrom(2000, 3000, 5).partitionBy(n);
    for (const auto& rdds : {std::vector{a, b, c}, {c, a}, {a, a}, {b}}) {
      const auto all = context().union_(rdds);
      EXPECT_EQ(all.getNumPartitions(), static_cast<std::size_t>(n));
      ASSERT_TRUE(all.partitioner());
      EXPECT_EQ(*all.partitioner(), *a.partitioner());
      EXPECT_EQ(partsOf(all), sideBySide(rdds));
    }
    EXPECT_EQ(partsOf(a + b), sideBySide({a, b}));
    EXPECT_EQ(partsOf(a.union_(b)), sideBySide({a, b}));
  }
}

TEST(PartitionedUnion, NeedsNoShuffleAfterwards) {
  const auto a = pairsFrom(0, 500, 2).partitionBy(3).cache();
  const auto b = pairsFrom(1000, 700, 4).partitionBy(3).cache();
  a.count();
  b.count();
  const auto before = context().stats().total[Phase::shuffleWrite].records;
  const auto reduced = (a + b).reduceByKey(std::plus<>());
  const auto counts = reduced.collectAsMap();
  EXPECT_EQ(context().stats().total[Phase::shuffleWrite].records, before);
  for (const auto& [key, sum] : (pairsFrom(0, 500, 1) + pairsFrom(1000, 700, 1)).reduceByKeyLocally(std::plus<>())) {
    EXPECT_EQ(counts.at(key), sum);
  }
}

TEST(PartitionedUnion, StopsInTheFirstParentWhereThatIsEnough) {
  const auto visited = context().accumulator(std::int64_t{0});
  const auto counted = [&](const RDD<Pair>& rdd) {
    return rdd.mapValues([visited](std::int64_t x) {
      visited.add(1);
      return x;
    });
  };
  const auto a = counted(pairsFrom(0, 400, 2).partitionBy(1));
  const auto b = counted(pairsFrom(1000, 400, 2).partitionBy(1));
  const auto expected = a.take(3);
  const std::int64_t visitedByOne = visited.value();
  EXPECT_EQ((a + b).take(3), expected);
  EXPECT_EQ(visited.value(), 2 * visitedByOne);
  EXPECT_EQ((a + b).take(401).size(), 401u);
}

TEST(PartitionedUnion, OfCachedParents) {
  const auto a = pairsFrom(0, 800, 4).partitionBy(4).cache();
  const auto b = pairsFrom(1000, 300, 4).partitionBy(4).coalesce(4).cache();
  const auto moved = pairsFrom(5000, 300, 4).partitionBy(4).cache();
  EXPECT_FALSE(b.partitioner());
  EXPECT_EQ((a + b).getNumPartitions(), 8u);
  EXPECT_EQ(partsOf(a + moved), sideBySide({a, moved}));
  EXPECT_EQ(partsOf(a + moved), sideBySide({a, moved}));
}

TEST(PartitionedUnion, OfOtherPartitionersIsSideBySide) {
  const auto rdd = pairsFrom(0, 500, 2);
  const auto a = rdd.partitionBy(3);
  for (const auto& other : {rdd, rdd.partitionBy(4), rdd.partitionBy(RangePartitioner<std::int64_t>({4, 8}))}) {
    const auto all = a + other;
    EXPECT_EQ(all.getNumPartitions(), 3 + other.getNumPartitions());
    EXPECT_FALSE(all.partitioner());
    auto expected = a.collect();
    for (const Pair& pair : other.collect()) expected.push_back(pair);
    EXPECT_EQ(all.collect(), expected);
  }
}

TEST(PartitionedUnion, OfTooManyPartitions) {
  const auto many = context().emptyRDD<int>().union_(context().parallelize(std::vector<int>{1}, 6'000'000));
  EXPECT_THROW(many + many, std::invalid_argument);
}

TEST(PartitionedUnion, OfNone) {
  EXPECT_EQ(context().union_(std::vector<RDD<Pair>>()).getNumPartitions(), 0u);
  EXPECT_EQ(context().union_(std::vector<RDD<Pair>>()).count(), 0);
}

}  // namespace
}  // namespace seltzer::test
