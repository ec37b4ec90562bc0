#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "modulo.hpp"

// Hash, range, function and user-defined partitioners, and the operations that take them.

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;

RDD<Pair> somePairs(std::int64_t partitions) {
  return context().range(0, 500, 1, partitions).map([](std::int64_t x) { return Pair(x * x % 41 - 20, x); });
}

/// Expects `partitions` partitions, with each key in partition `index(key)`.
template <class Parts, class Index>
void expectPlaced(const Parts& parts, std::size_t partitions, Index index) {
  ASSERT_EQ(parts.size(), partitions);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (const auto& element : parts[p]) EXPECT_EQ(index(element), p) << testing::PrintToString(element);
  }
}

TEST(PartitioningSpec, OfAFunctionTakesItModuloTheirNumber) {
  const auto ofKey = [](const Pair& pair) { return static_cast<std::size_t>((pair.first % 4 + 4) % 4); };
  const auto rdd = somePairs(3).partitionBy(4, [](std::int64_t key) { return key; });
  expectPlaced(partsOf(rdd), 4, ofKey);
  ASSERT_TRUE(rdd.partitioner());
  expectPlaced(partsOf(somePairs(3).partitionBy(4, [](const auto& key) { return static_cast<int>(key); })), 4, ofKey);
  expectPlaced(partsOf(somePairs(3).partitionBy(3, [](std::int64_t key) { return ~std::uint64_t{0} - (key == 5); })), 3,
               [](const Pair& pair) { return (~std::uint64_t{0} - (pair.first == 5)) % 3; });
  expectPlaced(partsOf(somePairs(3).partitionBy(2, [](std::int64_t key) { return key > 3; })), 2,
               [](const Pair& pair) { return pair.first > 3 ? 1u : 0u; });
  const std::int64_t shift = 7;
  expectPlaced(partsOf(somePairs(3).partitionBy(1, [shift](std::int64_t key) { return key + shift; })), 1,
               [](const Pair&) { return 0u; });
  EXPECT_EQ(FunctionPartitioner(5, std::negate<>()).getPartition(std::numeric_limits<std::int64_t>::min() + 1), 2u);
  EXPECT_THROW(somePairs(3).partitionBy(0, std::negate<>()), std::invalid_argument);
  const std::int64_t* address = &shift;
  EXPECT_THROW(somePairs(3).partitionBy(3, [address](std::int64_t key) { return key + *address; }), CaptureError);
}

TEST(PartitioningSpec, OfAFunctionThatThrowsFailsTheTask) {
  const auto broken = somePairs(3).partitionBy(3, [](std::int64_t key) {
    if (key == 5) throw std::runtime_error("no place for 5");
    return key;
  });
  const std::string message = messageOf<TaskError>([&] { broken.count(); });
  EXPECT_NE(message.find("no place for 5"), std::string::npos) << message;
}

TEST(PartitioningSpec, OfAFunctionThatThrowsOnTheDriverIsATaskError) {
  const auto rdd = somePairs(3).partitionBy(3, [](std::int64_t key) {
    if (key == 12345) throw std::runtime_error("no such key");
    return key;
  });
  EXPECT_NE(messageOf<TaskError>([&] { rdd.lookup(12345); }).find("no such key"), std::string::npos);
}

TEST(PartitioningSpec, OfAFunctionIsTakenByAllOperations) {
  const FunctionPartitioner thirds(3, [](std::int64_t key) { return key / 2; });
  const auto rdd = somePairs(2).partitionBy(thirds);
  const auto agrees = [&](const auto& result) {
    expectPlaced(partsOf(result), 3, [&](const auto& pair) { return thirds.getPartition(pair.first); });
    ASSERT_TRUE(result.partitioner());
    EXPECT_EQ(*result.partitioner(), *rdd.partitioner());
  };
  const auto pairs = somePairs(3);
  const auto add = [](std::int64_t a, std::int64_t b) { return a + b; };
  agrees(pairs.reduceByKey(add, thirds));
  agrees(pairs.foldByKey(0, add, thirds));
  agrees(pairs.aggregateByKey(std::int64_t{0}, add, add, thirds));
  agrees(pairs.combineByKey([](std::int64_t x) { return x; }, add, add, thirds));
  agrees(pairs.groupByKey(thirds));
  agrees(pairs.cogroup(pairs, thirds));
  agrees(pairs.cogroup(pairs, pairs, thirds));
  agrees(pairs.cogroup(pairs, pairs, pairs, thirds));
  agrees(pairs.join(pairs, thirds));
  agrees(pairs.leftOuterJoin(pairs, thirds));
  agrees(pairs.rightOuterJoin(pairs, thirds));
  agrees(pairs.fullOuterJoin(pairs, thirds));
  agrees(pairs.leftSemiJoin(pairs, thirds));
  agrees(pairs.leftAntiJoin(pairs.filter([](const Pair& pair) { return pair.first < 0; }), thirds));
  agrees(pairs.subtractByKey(pairs.filter([](const Pair& pair) { return pair.first < 0; }), thirds));
  agrees(pairs.repartitionAndSortWithinPartitions(thirds));
  agrees(pairs.groupBy([](const Pair& pair) { return pair.first; }, thirds));
}

TEST(PartitioningSpec, OfElementsIsTakenByAllOperations) {
  const auto keys = somePairs(3).keys();
  const auto low = somePairs(2).keys().filter([](std::int64_t key) { return key < 5; });
  const auto check = [&](const auto& partitioner) {
    const auto agrees = [&](const auto& result, std::size_t distinct) {
      std::set<std::int64_t> seen;
      expectPlaced(partsOf(result), static_cast<std::size_t>(partitioner.numPartitions()), [&](std::int64_t key) {
        seen.insert(key);
        return static_cast<std::size_t>(partitioner.getPartition(key));
      });
      EXPECT_EQ(seen.size(), distinct);
    };
    const auto all = static_cast<std::size_t>(keys.distinct().count());
    const auto few = static_cast<std::size_t>(low.distinct().count());
    agrees(keys.distinct(partitioner), all);
    agrees(keys.intersection(low, partitioner), few);
    agrees(keys.subtract(low, partitioner), all - few);
    EXPECT_EQ(keys.distinct(partitioner).count(), static_cast<std::int64_t>(all));
    const auto grouped = partsOf(keys.groupBy([](std::int64_t key) { return key; }, partitioner));
    expectPlaced(grouped, static_cast<std::size_t>(partitioner.numPartitions()),
                 [&](const auto& group) { return static_cast<std::size_t>(partitioner.getPartition(group.first)); });
  };
  check(HashPartitioner(5));
  check(RangePartitioner<std::int64_t>({-5, 3, 11}));
  check(Modulo{4});
  check(FunctionPartitioner(3, std::identity()));
}

TEST(PartitioningSpec, OfTheKeysIsTakenForPairs) {
  const auto placed = somePairs(3).partitionBy(Modulo{4});
  const auto pairs = somePairs(2);
  const auto few = pairs.filter([](const Pair& pair) { return pair.second < 50; });
  for (const auto& result : {pairs.distinct(placed.partitioner()), pairs.intersection(few, placed.partitioner()),
                             pairs.subtract(few, placed.partitioner())}) {
    expectPlaced(partsOf(result), 4,
                 [](const Pair& pair) { return static_cast<std::size_t>(Modulo{4}.getPartition(pair.first)); });
    EXPECT_EQ(*result.partitioner(), *placed.partitioner());
  }
}

TEST(PartitioningSpec, HashAndRangeTellWhereAKeyIs) {
  for (const std::int64_t n : partitionCounts) {
    const HashPartitioner hash(n);
    expectPlaced(partsOf(somePairs(3).partitionBy(n)), hash.numPartitions(),
                 [&](const Pair& pair) { return hash.getPartition(pair.first); });
    expectPlaced(partsOf(rddOf(wordInputs()[3].second).partitionBy(hash)), hash.numPartitions(),
                 [&](const Word& word) { return hash.getPartition(std::string_view(word.first)); });
    EXPECT_EQ(hash.getPartition("frequent"), hash.getPartition(std::string("frequent")));
  }
  const RangePartitioner<double> ranges({-1, 0, 5});
  EXPECT_EQ(ranges.getPartition(-0.0), 1u);
  EXPECT_EQ(ranges.getPartition(std::nan("")), 3u);
}

TEST(PartitioningSpec, HashAndRangeCompareEqual) {
  EXPECT_EQ(HashPartitioner(3), HashPartitioner(3));
  EXPECT_NE(HashPartitioner(3), HashPartitioner(4));
  using Ranges = RangePartitioner<double>;
  EXPECT_EQ(Ranges({0, 1, std::nan("")}), Ranges({-0.0, 1, std::nan("")}));
  EXPECT_NE(Ranges({0, 1}), Ranges({0, 1, 2}));
  EXPECT_NE(Ranges({0, 1}), Ranges({0, 2}));
  EXPECT_NE(Ranges({3}), Ranges({3}, false));
  const RangePartitioner<std::int64_t> ranges({-5, 3});
  const auto hashed = somePairs(3).partitionBy(3), ranged = somePairs(3).partitionBy(ranges);
  EXPECT_TRUE(*hashed.partitioner() == HashPartitioner(3));
  EXPECT_TRUE(*hashed.partitioner() != HashPartitioner(2));
  EXPECT_TRUE(*ranged.partitioner() == ranges);
  EXPECT_FALSE(*ranged.partitioner() == HashPartitioner(3));
  EXPECT_FALSE(*hashed.partitioner() == ranges);
}

}  // namespace
}  // namespace seltzer::test
