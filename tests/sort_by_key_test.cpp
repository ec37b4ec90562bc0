#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "nan_last.hpp"
#include "sorting_fixture.hpp"

// sortByKey: equal keys share a partition, and the result has a range partitioner.

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Pair = std::pair<std::int64_t, std::int64_t>;

RDD<Pair> somePairs(std::int64_t partitions) {
  return context().range(0, 500, 1, partitions).map([](std::int64_t x) { return Pair(x * x % 41 - 20, x); });
}

std::uint64_t written() {
  return context().stats().total[Phase::shuffleWrite].records;
}

template <class T, class U>
bool alike(const RDD<T>& a, const RDD<U>& b) {
  return a.partitioner() && b.partitioner() && *a.partitioner() == *b.partitioner();
}

/// Fails if a key occurs in several partitions, or if the pairs of a key are not adjacent.
template <class Pair>
void expectKeysTogether(const std::vector<std::vector<Pair>>& parts) {
  placementOf<NanLast>(parts);
  for (const auto& part : parts) {
    std::set<typename Pair::first_type, NanLast> done;
    for (std::size_t i = 1; i < part.size(); ++i) {
      const bool isNew = NanLast()(part[i - 1].first, part[i].first) || NanLast()(part[i].first, part[i - 1].first);
      if (!isNew) continue;
      EXPECT_TRUE(done.insert(part[i - 1].first).second);
      EXPECT_FALSE(done.contains(part[i].first));
    }
  }
}

template <class K>
void expectSortsByKey(const std::vector<K>& keys) {
  for (const auto& parts : {slices(numbered(keys), 3), skewed(numbered(keys))}) {
    const auto rdd = rddOf(parts);
    for (const bool ascending : {true, false}) {
      auto expected = joined(parts);
      std::ranges::stable_sort(expected, [ascending](const auto& a, const auto& b) {
        return ascending ? NanLast()(a.first, b.first) : NanLast()(b.first, a.first);
      });
      for (const std::int64_t n : partitionCounts) {
        SCOPED_TRACE(testing::Message() << keys.size() << " keys to " << n << (ascending ? " up" : " down"));
        const auto sorted = partsOf(rdd.sortByKey(ascending, n));
        EXPECT_EQ(sorted.size(), static_cast<std::size_t>(n));
        EXPECT_EQ(testing::PrintToString(joined(sorted)), testing::PrintToString(expected));
        expectKeysTogether(sorted);
      }
    }
  }
}

TEST(SortByKey, KeepsEqualKeysInOnePartition) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : inputSizes) {
    Numbers few = randomNumbers(size, random);
    expectSortsByKey(few);
    for (std::int64_t& x : few) x = std::abs(x % 5);
    expectSortsByKey(few);
    expectSortsByKey(Numbers(size, 7));
  }
  expectSortsByKey(someStrings(2000));
  std::vector<double> numbers;
  for (const std::int64_t x : someNumbers(1500)) {
    numbers.push_back(x % 4 == 0 ? std::nan("") : x % 4 == 1 ? -0.0 : static_cast<double>(x % 9));
  }
  expectSortsByKey(numbers);
}

TEST(SortByKey, OfDistinctKeysIsBalanced) {
  Numbers keys(6000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<std::int64_t>(i * 7919 % 6007);
  for (const auto& parts : {slices(numbered(keys), 3), skewed(numbered(keys))}) {
    for (const std::int64_t n : partitionCounts) {
      const auto sorted = partsOf(rddOf(parts).sortByKey(n % 2 == 0, n));
      for (const auto& part : sorted)
        EXPECT_LE(static_cast<double>(part.size()), 1.1 * std::ceil(6000.0 / static_cast<double>(n)));
    }
  }
  const auto few = context().parallelize(numbered(Numbers{5, 3, 8, 1, 9, 2, 7, 4}), 3);
  for (const auto& part : partsOf(few.sortByKey(true, 8))) EXPECT_EQ(part.size(), 1u);
}

TEST(SortByKey, GivesAFrequentKeyAPartitionOfItsOwn) {
  Numbers keys(9000, 50);
  for (std::int64_t i = 0; i < 1000; ++i) keys.push_back(i % 100 == 50 ? 51 : i % 100);
  const auto parts = partsOf(context().parallelize(numbered(keys), 3).sortByKey(true, 4));
  const auto largest = std::ranges::max(parts, {}, [](const auto& part) { return part.size(); });
  EXPECT_LT(largest.size(), 9200u) << "beside few of the other keys";
  EXPECT_GE(parts[0].size(), 400u) << "the keys below";
}

TEST(SortByKey, MapPartitionsSeesAllPairsOfAKeyInARow) {
  const auto rdd = context().range(0, 4000, 1, 3).map([](std::int64_t i) { return std::pair(i * i % 13, i); });
  const auto runs = rdd.sortByKey(true, 5).mapPartitions([](auto& pairs) {
    std::vector<std::pair<std::int64_t, std::int64_t>> counts;
    for (const auto& [key, value] : pairs) {
      if (counts.empty() || counts.back().first != key) counts.emplace_back(key, 0);
      ++counts.back().second;
    }
    return counts;
  });
  auto counted = runs.collect();
  const auto expected = rdd.countByKey();
  ASSERT_EQ(counted.size(), expected.size());
  for (const auto& [key, count] : counted) EXPECT_EQ(count, expected.at(key));
}

// --- the range partitioner of a sort

template <class Work>
std::uint64_t writtenBy(Work work) {
  const std::uint64_t before = written();
  work();
  return written() - before;
}

/// A sort of 500 pairs is joined with 100 others; only those move, to the sort's ranges. `run`: sort before the join.
void expectJoinsWhereItStands(const RDD<Pair>& sorted, bool run) {
  const auto other = somePairs(2).filter([](const Pair& pair) { return pair.second < 100; });
  const auto expected = somePairs(3).join(other, 1).count();
  if (run) sorted.count();
  EXPECT_EQ(writtenBy([&] { sorted.join(other).mapValues([](const auto& both) { return both.first; }); }), 0u);
  const auto join = sorted.join(other);
  EXPECT_EQ(writtenBy([&] { EXPECT_EQ(join.count(), expected); }), run ? 100u : 600u);
  EXPECT_EQ(join.partitioner(), sorted.partitioner());
  const auto placement = placementOf(partsOf(sorted));
  for (const auto& [key, partition] : placementOf(partsOf(other.partitionBy(sorted.partitioner())))) {
    EXPECT_EQ(placement.at(key), partition) << key;
  }
}

TEST(SortByKey, JoinsWhereItStands) {
  const auto half = [](std::int64_t key) { return key / 2; };
  for (const bool run : {true, false}) {
    for (const std::int64_t n : {1, 3, 8}) {
      SCOPED_TRACE(testing::Message() << n << " partitions, run before: " << run);
      expectJoinsWhereItStands(somePairs(3).sortByKey(true, n), run);
      expectJoinsWhereItStands(somePairs(3).sortByKey(false, n), run);
      expectJoinsWhereItStands(somePairs(3).sortByKey(true, n, half), run);
      expectJoinsWhereItStands(somePairs(3).sortByKey(false, n, half), run);
    }
  }
}

TEST(SortByKey, IsNotShuffledAgain) {
  const auto isLow = [](const Pair& pair) { return pair.second < 200; };
  const auto plain = somePairs(3);
  const auto sums = plain.reduceByKey(std::plus<>(), 1).collect();
  const std::int64_t products = plain.join(plain.filter(isLow), 1).count();
  for (const bool ascending : {true, false}) {
    const auto check = [&](const RDD<Pair>& sorted) {
      const auto reduced = sorted.reduceByKey(std::plus<>()).collectAsMap();
      for (const auto& [key, sum] : sums) EXPECT_EQ(reduced.at(key), sum);
      EXPECT_EQ(sorted.join(sorted.filter(isLow)).count(), products);
      EXPECT_EQ(sorted.subtract(sorted.filter(isLow)).count(), 300);
      EXPECT_EQ(sorted.distinct().count(), 500);
      EXPECT_EQ((sorted + sorted.filter(isLow)).getNumPartitions(), 4u);
      for (const std::int64_t key : {-20, -11, 16, 1000}) {
        const auto values =
            plain.filter(with(key, [](std::int64_t wanted, const Pair& pair) { return pair.first == wanted; }))
                .values()
                .collect();
        EXPECT_EQ(sorted.lookup(key), values);
        EXPECT_EQ(sorted.filterByRange(key, key).values().collect(), values);
      }
    };
    const auto sorted = plain.sortByKey(ascending, 4);
    EXPECT_EQ(writtenBy([&] { check(sorted); }), 500u) << "the sort itself";
    EXPECT_EQ(writtenBy([&] { check(sorted.mapValues([](std::int64_t x) { return x; })); }), 0u);
    EXPECT_TRUE(alike(sorted, sorted.filter(isLow)));
    EXPECT_FALSE(alike(sorted, plain.partitionBy(4)));
  }
  EXPECT_FALSE(plain.sortBy([](const Pair& pair) { return pair.first; }).partitioner());
}

TEST(SortByKey, LookupAndRangesVisitWhatTheyNeed) {
  const auto sorted = somePairs(3).sortByKey(true, 8);
  sorted.count();
  const auto read = [](const auto& work) {
    const auto records = [] { return context().stats().total[Phase::shuffleRead].records; };
    const auto before = records();
    work();
    return records() - before;
  };
  EXPECT_LT(read([&] { sorted.lookup(7); }), 200u);
  EXPECT_LT(read([&] { sorted.mapValues([](std::int64_t x) { return x; }).filterByRange(7, 7).count(); }), 200u);
  EXPECT_EQ(read([&] { sorted.filterByRange(-100, 100).count(); }), 500u);
}

TEST(SortByKey, PartitionerOfASortThatIsGone) {
  const auto partitioner = somePairs(3).sortByKey(true, 3).partitioner();
  const auto placed = somePairs(2).partitionBy(partitioner);
  EXPECT_EQ(placementOf(partsOf(placed)), placementOf(partsOf(somePairs(3).sortByKey(true, 3))));
  EXPECT_TRUE(*partitioner == *somePairs(3).sortByKey(true, 3).partitioner());
  EXPECT_FALSE(*partitioner == *somePairs(3).sortByKey(false, 3).partitioner());
}

TEST(SortByKey, PartitionerOfASortThatFails) {
  const auto broken = somePairs(3).map([](const Pair& pair) {
    if (pair.second == 400) throw std::runtime_error("no pair 400");
    return pair;
  });
  const auto sorted = broken.sortByKey(true, 3);
  for (int tries = 0; tries < 2; ++tries) {
    EXPECT_THROW(sorted.lookup(3), TaskError);
    EXPECT_THROW(somePairs(2).join(sorted).count(), TaskError);
    EXPECT_THROW(sorted.filterByRange(1, 2).count(), TaskError);
  }
  EXPECT_EQ(somePairs(2).count(), 500);
}

/// With a defaulted `<=>`: a NaN leaves two of them unordered.
struct Score {
  std::int64_t points;
  double weight;
  auto operator<=>(const Score&) const = default;
  bool operator==(const Score&) const = default;
};

TEST(SortByKey, StructsThatHoldNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> weights{3, nan, 1, 2, nan, 0, 5, 4};
  std::vector<std::pair<Score, std::int64_t>> pairs;
  for (std::int64_t i = 0; i < 600; ++i) {
    pairs.emplace_back(Score{i % 2, weights[static_cast<std::size_t>(i * 7 % 8)]}, i);
  }
  auto expected = pairs;
  std::ranges::stable_sort(expected, {}, [](const auto& pair) {
    const auto& [points, weight] = pair.first;
    return std::tuple(points, std::isnan(weight), std::isnan(weight) ? 0 : weight);
  });
  const auto orderOf = [](const auto& sorted) {
    std::vector<std::int64_t> order;
    for (const auto& pair : sorted) order.push_back(pair.second);
    return order;
  };
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(pairs, 3);
    EXPECT_EQ(orderOf(rdd.sortBy([](const auto& pair) { return pair.first; }, true, partitions).collect()),
              orderOf(expected));
    const auto sorted = rdd.sortByKey(true, partitions);
    EXPECT_EQ(orderOf(sorted.collect()), orderOf(expected));
    for (const double weight : {nan, 0.0, 4.0, 5.0}) {
      const auto same = [weight](const auto& pair) {
        const auto& [points, other] = pair.first;
        return points == 1 && (other == weight || (std::isnan(other) && std::isnan(weight)));
      };
      EXPECT_EQ(sorted.lookup(Score{1, weight}).size(), static_cast<std::size_t>(std::ranges::count_if(pairs, same)));
    }
  }
}

TEST(SortByKey, OfNothing) {
  const auto none = context().emptyRDD<Pair>();
  EXPECT_TRUE(none.sortByKey().lookup(3).empty());
  EXPECT_TRUE(none.sortByKey(true, 3).lookup(3).empty());
  EXPECT_EQ(somePairs(2).join(none.sortByKey(false, 3)).count(), 0);
  EXPECT_EQ(none.sortByKey(true, 3).filterByRange(1, 2).count(), 0);
}

}  // namespace
}  // namespace seltzer::test
