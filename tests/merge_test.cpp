#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "sorting_fixture.hpp"

// Merged RDDs compared with std::stable_sort of all elements, those of the left one first.

namespace seltzer::test {
namespace {

using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;

const auto identity = [](const auto& x) { return x; };

/// Expects `parts` to be the merge of both, in balanced partitions.
template <class T, class Key>
void expectMerged(const std::vector<std::vector<T>>& parts, const std::vector<T>& left, const std::vector<T>& right,
                  Key key, bool ascending, std::int64_t partitions) {
  const auto expected = stablySorted(std::vector{left, right}, key, ascending);
  ASSERT_EQ(parts.size(), static_cast<std::size_t>(partitions));
  EXPECT_TRUE(joined(parts) == expected);
  const double share = std::ceil(static_cast<double>(expected.size()) / static_cast<double>(partitions));
  for (const auto& part : parts) EXPECT_LE(static_cast<double>(part.size()), 1.1 * share);
}

TEST(Merge, OfSortedRDDsIsSorted) {
  for (const std::size_t size : {0u, 1u, 900u, 4000u}) {
    const auto numbers = someNumbers(size);
    for (const bool ascending : {true, false}) {
      for (const std::int64_t partitions : partitionCounts) {
        const auto left = context().parallelize(numbers, partitions).sortBy(identity, ascending);
        const auto right = context().range(0, 3000, 3, 3).sortBy(identity, ascending);
        expectMerged(partsOf(left.merge(right, identity, ascending)), left.collect(), right.collect(), identity,
                     ascending, std::max<std::int64_t>(partitions, 3));
        expectMerged(partsOf(left.merge(right, identity, ascending, 2)), left.collect(), right.collect(), identity,
                     ascending, 2);
      }
    }
  }
}

TEST(Merge, KeepsTheOrderOfEqualKeysLeftFirst) {
  Pairs left, right;
  for (std::int64_t i = 0; i < 2000; ++i) left.emplace_back(i / 100, i);
  for (std::int64_t i = 0; i < 900; ++i) right.emplace_back(i / 30, -i);
  for (const std::int64_t partitions : partitionCounts) {
    const auto lefts = context().parallelize(left, partitions);
    const auto rights = context().parallelize(right, 5);
    expectMerged(partsOf(lefts.merge(rights, test::firstOf)), left, right, test::firstOf, true,
                 std::max<std::int64_t>(partitions, 5));
    EXPECT_EQ(lefts.merge(rights.filter([](const auto&) { return false; })).collect(), left);
  }
}

TEST(Merge, ByAComparatorAndOfSkewedPartitions) {
  const auto strings = someStrings(1500);
  const auto bySize = [](const std::string& a, const std::string& b) { return a.size() < b.size(); };
  const auto size = [](const std::string& text) { return text.size(); };
  const auto sorted = rddOf(skewed(strings)).sortBy(size);
  expectMerged(partsOf(sorted.merge(sorted, bySize)), sorted.collect(), sorted.collect(), size, true, 5);
}

TEST(Merge, OfWhatIsNotInOrderIsSortedToo) {
  const std::vector<double> left{3, std::numeric_limits<double>::infinity(), -1, 3}, right{2, 2, 100, -5};
  for (const std::int64_t partitions : partitionCounts) {
    const auto merged = context().parallelize(left, partitions).merge(context().parallelize(right, 2));
    expectMerged(partsOf(merged), left, right, identity, true, std::max<std::int64_t>(partitions, 2));
  }
}

TEST(Merge, RefusesWrongPartitionsAndNamesItself) {
  const auto rdd = context().range(0, 100, 1, 3);
  EXPECT_THROW(rdd.merge(rdd, identity, true, 0), std::invalid_argument);
  const auto failing =
      rdd.merge(rdd, [](std::int64_t x) -> std::int64_t { return x == 7 ? throw std::runtime_error("seven") : x; });
  try {
    failing.count();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().operation, "merge");
  }
  EXPECT_EQ(context().emptyRDD<int>().merge(context().emptyRDD<int>()).count(), 0);
}

}  // namespace
}  // namespace seltzer::test
