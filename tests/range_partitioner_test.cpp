#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "sorting_fixture.hpp"

// RangePartitioner from a sample of an RDD's keys.

namespace seltzer::test {
namespace {

/// Bounds are ascending and distinct, and each partition holds exactly the keys between its bounds.
template <class K, class T>
void expectSections(const RangePartitioner<K>& ranges, const RDD<T>& rdd) {
  const auto before = [&](const K& a, const K& b) { return ranges.ascending() ? a < b : b < a; };
  const auto& bounds = ranges.bounds();
  for (std::size_t i = 1; i < bounds.size(); ++i) EXPECT_TRUE(before(bounds[i - 1], bounds[i]));
  const auto parts = partsOf(rdd.partitionBy(ranges));
  ASSERT_EQ(parts.size(), bounds.size() + 1);
  std::size_t elements = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    elements += parts[p].size();
    for (const auto& pair : parts[p]) {
      EXPECT_TRUE(p == 0 || before(bounds[p - 1], pair.first));
      EXPECT_TRUE(p == bounds.size() || !before(bounds[p], pair.first));
    }
  }
  EXPECT_EQ(static_cast<std::int64_t>(elements), rdd.count());
}

TEST(RangePartitioner, EvenSectionsOfDistinctKeys) {
  std::mt19937_64 random(seed());
  std::vector<std::int64_t> keys;
  for (int i = 0; i < 20000; ++i) keys.push_back(static_cast<std::int64_t>(random()));
  for (const std::int64_t parents : partitionCounts) {
    const auto rdd = context().parallelize(numbered(keys), parents);
    for (const std::int64_t n : partitionCounts) {
      for (const bool ascending : {true, false}) {
        SCOPED_TRACE(testing::Message() << parents << " to " << n << (ascending ? " up" : " down"));
        const RangePartitioner ranges(n, rdd, ascending);
        EXPECT_EQ(ranges.numPartitions(), static_cast<std::size_t>(n));
        EXPECT_EQ(ranges.ascending(), ascending);
        expectSections(ranges, rdd);
        const double share = 20000.0 / static_cast<double>(n);
        for (const auto& part : partsOf(rdd.partitionBy(ranges))) {
          EXPECT_GT(static_cast<double>(part.size()), 0.3 * share);
          EXPECT_LT(static_cast<double>(part.size()), 2.0 * share);
        }
      }
    }
  }
}

TEST(RangePartitioner, UnevenPartitionsAreSampledByTheirSizes) {
  // Nearly all keys, the great ones, are in one partition: without weights the bounds would be among the small ones.
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> parts(16);
  for (std::size_t p = 0; p < 15; ++p) {
    for (std::int64_t i = 0; i < 100; ++i) parts[p].emplace_back(static_cast<std::int64_t>(p) * 100 + i, 0);
  }
  for (std::int64_t i = 0; i < 60000; ++i) parts[15].emplace_back(10000 + i * 7919 % 60000, 1);
  const auto rdd = rddOf(parts);
  const RangePartitioner ranges(8, rdd);
  ASSERT_EQ(ranges.numPartitions(), 8u);
  expectSections(ranges, rdd);
  for (const auto& part : partsOf(rdd.partitionBy(ranges))) {
    EXPECT_GT(part.size(), 61500 / 8 * 3 / 10);
    EXPECT_LT(part.size(), 61500 / 8 * 2);
  }
}

TEST(RangePartitioner, FewKeysGiveFewerPartitions) {
  const auto sectionsOf = [](const std::vector<std::int64_t>& keys, std::int64_t n) {
    const auto rdd = context().parallelize(numbered(keys), 3);
    const RangePartitioner ranges(n, rdd);
    expectSections(ranges, rdd);
    return ranges.numPartitions();
  };
  EXPECT_EQ(sectionsOf({}, 4), 1u);
  EXPECT_EQ(sectionsOf({5}, 4), 1u);
  EXPECT_LE(sectionsOf(std::vector<std::int64_t>(1000, 5), 8), 2u);
  EXPECT_LE(sectionsOf({5, 6, 5, 6, 5, 6}, 8), 3u);
  EXPECT_GE(sectionsOf({1, 2, 3, 4, 5, 6, 7, 8}, 4), 3u);
  EXPECT_EQ(RangePartitioner(4, context().emptyRDD<std::pair<int, int>>()).numPartitions(), 1u);
}

TEST(RangePartitioner, AFrequentKeyLeavesTheOthersEven) {
  std::vector<std::int64_t> keys(10000, 50);
  for (std::int64_t i = 0; i < 10000; ++i) keys.push_back(i % 100 == 50 ? 51 : i % 100);
  const auto rdd = context().parallelize(numbered(keys), 4);
  const RangePartitioner ranges(8, rdd);
  expectSections(ranges, rdd);
  std::vector<std::size_t> sizes;
  for (const auto& part : partsOf(rdd.partitionBy(ranges))) sizes.push_back(part.size());
  std::sort(sizes.begin(), sizes.end());
  EXPECT_LT(sizes[sizes.size() - 2], 20000u / 8 * 2) << testing::PrintToString(sizes);
  EXPECT_GE(sizes.size(), 5u);
}

TEST(RangePartitioner, IsTheSameEachTime) {
  const auto keys = someNumbers(5000);
  const auto first = RangePartitioner(5, context().parallelize(numbered(keys), 4));
  const auto second = RangePartitioner(5, context().parallelize(numbered(keys), 4));
  EXPECT_EQ(first.bounds(), second.bounds());
  const auto rdd = context().parallelize(numbered(keys), 4);
  EXPECT_EQ(*rdd.partitionBy(first).partitioner(), *rdd.partitionBy(second).partitioner());
}

TEST(RangePartitioner, OfTextsViewsAndNaN) {
  const auto texts = someStrings(3000);
  const auto rdd = context().parallelize(numbered(texts), 3);
  const RangePartitioner ranges(4, rdd);
  expectSections(ranges, rdd);
  const auto views =
      rdd.flatMap<std::pair<std::string_view, int>>([](const auto& pair, Emit<std::pair<std::string_view, int>>& emit) {
        emit(std::pair<std::string_view, int>(pair.first, 1));
      });
  const RangePartitioner ofViews(4, views);
  static_assert(std::is_same_v<decltype(ofViews), const RangePartitioner<std::string>>);
  EXPECT_EQ(ofViews.bounds(), ranges.bounds());

  std::vector<double> numbers(400, std::nan(""));
  for (int i = 0; i < 400; ++i) numbers.push_back(i);
  const auto withNaN = context().parallelize(numbered(numbers), 3);
  const RangePartitioner upToNaN(4, withNaN);
  const auto parts = partsOf(withNaN.partitionBy(upToNaN));
  EXPECT_GE(parts.size(), 2u);
  std::size_t holding = 0;
  for (const auto& part : parts) {
    holding += std::any_of(part.begin(), part.end(), [](const auto& pair) { return std::isnan(pair.first); }) ? 1 : 0;
  }
  EXPECT_EQ(holding, 1u);
}

TEST(RangePartitioner, SortsWithRepartitionAndSortWithinPartitions) {
  const auto pairs = numbered(someNumbers(4000));
  auto expected = pairs;
  std::stable_sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto rdd = context().parallelize(pairs, 4);
  EXPECT_EQ(rdd.repartitionAndSortWithinPartitions(RangePartitioner(5, rdd, false), false).collect(), expected);
}

TEST(RangePartitioner, TakesOneJobOrTwo) {
  const auto jobsFor = [](const auto& rdd, std::int64_t n) {
    const auto before = context().stats().total.jobs;
    const RangePartitioner ranges(n, rdd);
    return context().stats().total.jobs - before;
  };
  EXPECT_EQ(jobsFor(context().parallelize(numbered(someNumbers(3000)), 3), 4), 1u);
  EXPECT_EQ(jobsFor(context().parallelize(numbered(someNumbers(3000)), 3), 1), 0u);
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> uneven(40);
  uneven[7] = numbered(someNumbers(5000));
  EXPECT_EQ(jobsFor(rddOf(uneven), 4), 2u);
}

TEST(RangePartitioner, LessThanOnePartitionThrows) {
  const auto rdd = context().parallelize(numbered(someNumbers(10)), 2);
  EXPECT_THROW(RangePartitioner(0, rdd), std::invalid_argument);
  EXPECT_THROW(RangePartitioner(-3, rdd), std::invalid_argument);
}

}  // namespace
}  // namespace seltzer::test
