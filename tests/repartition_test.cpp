#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Operations that redistribute whole elements: evenly, or equal ones together.

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Strings = std::vector<std::string>;

TEST(Repartition, KeepsTheOrderInEvenPartitions) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    for (const std::int64_t n : partitionCounts) {
      EXPECT_EQ(partsOf(rdd.repartition(n)), slices(elements, n));
      EXPECT_EQ(partsOf(rdd.coalesce(n, true)), slices(elements, n));
    }
  });
}

TEST(Repartition, FromUnevenPartitions) {
  const auto strings = someStrings(3000);
  const RDD<std::string> rdd = rddOf(skewed(strings));
  for (const std::int64_t n : {1, 2, 3, 7, 8, 100}) EXPECT_EQ(partsOf(rdd.repartition(n)), slices(strings, n));
  const auto filtered = rdd.filter([](const std::string& text) { return text.size() > 50; });
  const auto few = filtered.collect();
  EXPECT_EQ(partsOf(filtered.repartition(5)), slices(few, 5));
  EXPECT_EQ(partsOf(filtered.filter([](const std::string&) { return false; }).repartition(3)), slices(Strings(), 3));
}

TEST(Repartition, OfNoPartitionsAndIntoNone) {
  EXPECT_EQ(partsOf(context().emptyRDD<std::int64_t>().repartition(3)), slices(Numbers(), 3));
  const auto rdd = context().range(0, 10, 1, 2);
  EXPECT_THROW(rdd.repartition(0), std::invalid_argument);
  EXPECT_THROW(rdd.coalesce(-1, true), std::invalid_argument);
  EXPECT_THROW(rdd.coalesce(0, false), std::invalid_argument);
  EXPECT_THROW(rdd.distinct(0), std::invalid_argument);
  EXPECT_THROW(rdd.intersection(rdd, 0), std::invalid_argument);
  EXPECT_THROW(rdd.subtract(rdd, 0), std::invalid_argument);
}

TEST(Repartition, CoalesceWithoutShuffleStaysNarrow) {
  const auto rdd = context().range(0, 100, 1, 8);
  const auto narrow = rdd.coalesce(3, false);
  EXPECT_EQ(narrow.toDebugString().find("+-"), std::string::npos);
  EXPECT_EQ(partsOf(narrow), partsOf(rdd.coalesce(3)));
  EXPECT_EQ(rdd.coalesce(20, false).getNumPartitions(), 8u);
  EXPECT_EQ(rdd.coalesce(20, true).getNumPartitions(), 20u);
  EXPECT_NE(rdd.coalesce(3, true).toDebugString().find("+-"), std::string::npos);
}

/// Partitions of several frames, with elements of very different lengths.
TEST(Repartition, LongElements) {
  Strings strings;
  for (std::size_t i = 0; i < 120; ++i) {
    strings.emplace_back(i % 10 == 0 ? 100'000 + i : i * 17 % 3000, static_cast<char>('a' + i % 26));
  }
  const auto rdd = context().parallelize(strings, 5);
  for (const std::int64_t n : {1, 2, 7}) EXPECT_EQ(partsOf(rdd.repartition(n)), slices(strings, n));
}

TEST(Repartition, EveryKindOfElement) {
  const auto check = [](const auto& elements) {
    const auto rdd = context().parallelize(elements, 3);
    for (const std::int64_t n : {2, 5}) EXPECT_TRUE(partsOf(rdd.repartition(n)) == slices(elements, n));
  };
  check(someReadings(700));
  check(std::vector<bool>{true, false, false, true, true});
  check(std::vector<Strings>{{"a", "b"}, {}, {""}});
  const auto tickets = someTickets(3000);
  EXPECT_TRUE(context().parallelize(tickets, 3).repartition(5).collect() == tickets);
}

TEST(Repartition, BorrowedElementsAreOwned) {
  const auto strings = someStrings(2500);
  const auto views =
      context().parallelize(strings, 4).map([](const std::string& text) { return std::string_view(text); });
  const RDD<std::string> spread = views.repartition(3);
  EXPECT_EQ(partsOf(spread), slices(strings, 3));
  const RDD<std::string> narrow = views.coalesce(2, false);
  EXPECT_EQ(partsOf(narrow), slices(strings, 2));
}

TEST(Repartition, ForgetsThePartitioner) {
  const auto pairs = context().range(0, 50, 1, 4).keyBy([](std::int64_t x) { return x % 5; }).partitionBy(3);
  EXPECT_NE(pairs.partitioner(), nullptr);
  EXPECT_EQ(pairs.repartition(3).partitioner(), nullptr);
  EXPECT_EQ(pairs.coalesce(2).partitioner(), nullptr);
  EXPECT_EQ(pairs.coalesce(2, true).partitioner(), nullptr);
}

TEST(Repartition, SeveralInARow) {
  const auto strings = someStrings(2000);
  const auto rdd = context().parallelize(strings, 2).repartition(8).repartition(3).coalesce(5, true).repartition(1);
  EXPECT_EQ(partsOf(rdd), slices(strings, 1));
}

// --- sets

template <class T>
auto asKeys(const std::vector<std::vector<T>>& parts) {
  std::vector<std::vector<std::pair<T, int>>> keyed;
  for (const auto& part : parts) {
    for (keyed.emplace_back(); const T& element : part) keyed.back().emplace_back(element, 0);
  }
  return keyed;
}
template <class T>
auto asKeys(const std::vector<T>& elements) {
  return asKeys(std::vector<std::vector<T>>{elements}).front();
}

/// Expects `parts` to be `expected` spread over n partitions, each in that order.
template <class T>
void expectSet(const std::vector<std::vector<T>>& parts, const std::vector<T>& expected, std::int64_t n) {
  expectSpread(asKeys(parts), asKeys(expected), static_cast<std::size_t>(n));
}

template <class T>
std::vector<T> withoutDuplicates(const std::vector<T>& elements) {
  std::vector<T> first;
  std::set<T> seen;
  for (const T& element : elements) {
    if (seen.insert(element).second) first.push_back(element);
  }
  return first;
}

/// The elements of `left` that are (`wanted`) or are not in `right`.
template <class T>
std::vector<T> chosen(const std::vector<T>& left, const std::vector<T>& right, bool wanted) {
  const std::set<T> others(right.begin(), right.end());
  std::vector<T> elements;
  for (const T& element : left) {
    if (others.contains(element) == wanted) elements.push_back(element);
  }
  return elements;
}

TEST(Repartition, DistinctKeepsTheFirstSeen) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    expectSet(partsOf(rdd.distinct()), withoutDuplicates(elements), partitions);
    for (const std::int64_t n : partitionCounts) {
      expectSet(partsOf(rdd.distinct(n)), withoutDuplicates(elements), n);
    }
  });
}

TEST(Repartition, IntersectionAndSubtract) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    Numbers others;
    for (std::size_t i = 0; i < elements.size(); i += 2) {
      others.push_back(elements[i] / 3 * 3);
      others.push_back(elements[i] / 3 * 3);
    }
    const auto left = sc.parallelize(elements, partitions);
    const auto right = sc.parallelize(others, 4);
    const auto common = chosen(withoutDuplicates(elements), others, true);
    const auto rest = chosen(elements, others, false);
    expectSet(partsOf(left.intersection(right)), common, std::max<std::int64_t>(partitions, 4));
    expectSet(partsOf(left.intersection(right, 3)), common, 3);
    expectSet(partsOf(left.subtract(right)), rest, partitions);
    expectSet(partsOf(left.subtract(right, 3)), rest, 3);
    EXPECT_EQ(left.subtract(left).count(), 0);
    expectSet(partsOf(left.intersection(left, 2)), withoutDuplicates(elements), 2);
  });
}

TEST(Repartition, SetsOfStringsAndOfBorrowedOnes) {
  const auto strings = someStrings(2500);
  const Strings others(strings.begin(), strings.begin() + 600);
  for (const std::int64_t n : partitionCounts) {
    const auto left = context().parallelize(strings, 5);
    const auto right = context().parallelize(others, 2);
    expectSet(partsOf(left.distinct(n)), withoutDuplicates(strings), n);
    expectSet(partsOf(left.subtract(right, n)), chosen(strings, others, false), n);
    const auto view = [](const std::string& text) { return std::string_view(text); };
    const RDD<std::string> distinct = left.map(view).distinct(n);
    EXPECT_EQ(partsOf(distinct), partsOf(left.distinct(n)));
    EXPECT_EQ(partsOf(left.map(view).intersection(right.map(view), n)), partsOf(left.intersection(right, n)));
    EXPECT_EQ(partsOf(left.map(view).subtract(right.map(view), n)), partsOf(left.subtract(right, n)));
  }
}

TEST(Repartition, SetsOfNoPartitions) {
  const auto none = context().emptyRDD<std::int64_t>();
  const auto some = context().range(0, 10, 1, 3);
  EXPECT_EQ(none.distinct().count(), 0);
  EXPECT_EQ(none.distinct(2).count(), 0);
  EXPECT_EQ(none.intersection(some).count(), 0);
  EXPECT_EQ(some.intersection(none).count(), 0);
  EXPECT_EQ(none.subtract(some).count(), 0);
  EXPECT_EQ(some.subtract(none).count(), 10);
}

/// All NaNs are one element, and so are both zeros; the first seen is kept.
TEST(Repartition, DistinctNumbersWithNaNAndZeros) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> numbers{-0.0, nan, 1.5, 0.0, -nan, 1.5, std::nan("7"), -0.0, -1.5};
  const auto distinct = context().parallelize(numbers, 4).distinct(1).collect();
  ASSERT_EQ(distinct.size(), 4u);
  EXPECT_TRUE(distinct[0] == 0 && std::signbit(distinct[0]));
  EXPECT_TRUE(std::isnan(distinct[1]));
  EXPECT_EQ(distinct[2], 1.5);
  EXPECT_EQ(distinct[3], -1.5);
  EXPECT_EQ(context().parallelize(numbers, 3).subtract(context().parallelize({nan, 0.0}, 1)).collect().size(), 3u);
}

TEST(Repartition, DistinctOfPairsAndBits) {
  std::vector<std::pair<std::string, std::int64_t>> pairs;
  for (std::int64_t i = 0; i < 900; ++i) pairs.emplace_back(std::string(static_cast<std::size_t>(i % 4), 'x'), i % 7);
  expectSet(partsOf(context().parallelize(pairs, 4).distinct(3)), withoutDuplicates(pairs), 3);
  const std::vector<bool> bits{true, false, true, true, false};
  EXPECT_EQ(context().parallelize(bits, 2).distinct(1).collect(), (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace seltzer::test
