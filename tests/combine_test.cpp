#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

template <class T>
std::vector<std::vector<T>> coalesced(const std::vector<std::vector<T>>& parts, std::int64_t n) {
  const auto count = static_cast<std::int64_t>(parts.size());
  n = std::min(n, count);
  std::vector<std::vector<T>> merged;
  for (std::int64_t i = 0; i < n; ++i) {
    merged.push_back(
        joined(std::vector<std::vector<T>>(parts.begin() + i * count / n, parts.begin() + (i + 1) * count / n)));
  }
  return merged;
}

template <class A, class B>
std::vector<std::vector<std::pair<A, B>>> product(const std::vector<std::vector<A>>& left,
                                                  const std::vector<std::vector<B>>& right) {
  std::vector<std::vector<std::pair<A, B>>> parts;
  for (const auto& lefts : left) {
    for (const auto& rights : right) {
      auto& part = parts.emplace_back();
      for (const A& a : lefts) {
        for (const B& b : rights) part.emplace_back(a, b);
      }
    }
  }
  return parts;
}

TEST(Combine, UnionOfSeveralIsOneRDDOfItsLine) {
  const auto numbers = context().range(0, 10, 1, 2);
  const auto all = context().union_(numbers, numbers, numbers);
  EXPECT_EQ(all.getNumPartitions(), 6u);
  const std::string text = all.toDebugString(), first = text.substr(0, text.find('\n'));
  EXPECT_NE(first.find("UnionRDD"), std::string::npos) << text;
  EXPECT_NE(first.find(callSite(__LINE__ - 4)), std::string::npos) << text;
  EXPECT_EQ(text.find("UnionRDD", first.size()), std::string::npos) << text;
}

TEST(Combine, UnionKeepsDuplicatesLeftFirst) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto left = sc.parallelize(elements, partitions);
    const auto right = left.map([](std::int64_t x) { return -x; });
    auto expected = slices(elements, partitions);
    for (auto part : slices(elements, partitions)) {
      for (std::int64_t& x : part) x = -x;
      expected.push_back(part);
    }
    EXPECT_EQ(left.union_(right).glom().collect(), expected);
    EXPECT_EQ(sc.union_(left, right).glom().collect(), expected);
    EXPECT_EQ(sc.union_(left, right, left, right).glom().collect(),
              (left.union_(right) + left + right).glom().collect());
    EXPECT_EQ((left + right).collect(), joined(expected));
    EXPECT_EQ((left + left).count(), 2 * static_cast<std::int64_t>(elements.size()));
  });
}

TEST(Combine, UnionOfDifferentCountsAndOfNone) {
  Context& sc = context();
  const auto strings = someStrings(2000);
  const auto parts = skewed(strings);
  const auto both = rddOf(parts) + sc.parallelize(strings, 3);
  auto expected = parts;
  for (const auto& part : slices(strings, 3)) expected.push_back(part);
  EXPECT_EQ(both.glom().collect(), expected);
  const auto none = sc.emptyRDD<std::string>();
  EXPECT_EQ((none + both + none).glom().collect(), expected);
  EXPECT_EQ((none + none).getNumPartitions(), 0u);
  EXPECT_TRUE((none + none).collect().empty());
}

TEST(Combine, UnionInALoop) {
  RDD<std::int64_t> all = context().range(0, 10, 1, 2);
  Numbers expected = all.collect();
  for (std::int64_t i = 1; i < 30; ++i) {
    all = all + context().range(10 * i, 10 * i + 10, 1, 2);
    for (std::int64_t x = 0; x < 10; ++x) expected.push_back(10 * i + x);
  }
  EXPECT_EQ(all.getNumPartitions(), 60u);
  EXPECT_EQ(all.collect(), expected);
  EXPECT_EQ(all.map([](std::int64_t x) { return x * 2; }).sum(), 299 * 300);
}

TEST(Combine, CartesianGivesAllPairsForEachLeftAllRight) {
  for (const std::int64_t left : partitionCounts) {
    for (const std::int64_t right : partitionCounts) {
      SCOPED_TRACE(testing::Message() << left << " times " << right << " partitions");
      const auto lefts = someNumbers(30);
      const auto rights = someStrings(20);
      const auto pairs = context().parallelize(lefts, left).cartesian(context().parallelize(rights, right));
      EXPECT_EQ(pairs.getNumPartitions(), static_cast<std::size_t>(left * right));
      EXPECT_EQ(pairs.glom().collect(), product(slices(lefts, left), slices(rights, right)));
    }
  }
}

TEST(Combine, CartesianOfSkewedAndOfNone) {
  Context& sc = context();
  const auto parts = skewed(someNumbers(300));
  EXPECT_EQ(rddOf(parts).cartesian(rddOf(parts)).glom().collect(), product(parts, parts));
  EXPECT_EQ(rddOf(parts).cartesian(sc.parallelize(Numbers(), 3)).count(), 0);
  EXPECT_EQ(rddOf(parts).cartesian(sc.emptyRDD<int>()).getNumPartitions(), 0u);
  EXPECT_EQ(sc.emptyRDD<int>().cartesian(rddOf(parts)).count(), 0);
  EXPECT_EQ(rddOf(parts).cartesian(rddOf(parts)).take(1), (std::vector{std::pair(parts[1][0], parts[1][0])}));
}

TEST(Combine, CartesianReadsALongRightSideForEachLeft) {
  const auto lefts = someNumbers(7);
  const auto rights = someStrings(4000);
  const auto right = context().parallelize(rights, 2);
  const auto expected = joined(product(slices(lefts, 2), slices(rights, 2)));
  EXPECT_TRUE(context().parallelize(lefts, 2).cartesian(right).collect() == expected);
  const auto views = right.map([](const std::string& text) { return std::string_view(text); });
  const auto pairs = context().parallelize(lefts, 2).cartesian(views);
  EXPECT_TRUE(pairs.collect() == expected);
  EXPECT_TRUE(pairs.take(5000) == std::vector(expected.begin(), expected.begin() + 5000));
}

TEST(Combine, CartesianWithItselfOfUserTypes) {
  const auto readings = someReadings(40);
  const auto rdd = context().parallelize(readings, 3);
  EXPECT_EQ(rdd.cartesian(rdd).collect(), joined(product(slices(readings, 3), slices(readings, 3))));
}

TEST(Combine, CoalesceTakesNeighbours) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    for (const std::int64_t n : {1, 2, 3, 5, 100}) {
      const auto fewer = rdd.coalesce(n);
      EXPECT_EQ(fewer.getNumPartitions(), static_cast<std::size_t>(std::min(n, partitions)));
      EXPECT_EQ(fewer.glom().collect(), coalesced(slices(elements, partitions), n));
    }
  });
}

TEST(Combine, CoalesceOfSkewedAndOfDerivedOnes) {
  const auto parts = skewed(someStrings(3000));
  for (const std::int64_t n : {1, 2, 3, 4, 5, 6})
    EXPECT_EQ(rddOf(parts).coalesce(n).glom().collect(), coalesced(parts, n));
  const auto longer = rddOf(parts).coalesce(2).map([](const std::string& text) { return text.size(); });
  std::size_t total = 0;
  for (const auto& text : joined(parts)) total += text.size();
  EXPECT_EQ(longer.sum(), total);
  EXPECT_EQ(rddOf(parts).coalesce(3).coalesce(2).glom().collect(), coalesced(coalesced(parts, 3), 2));
  EXPECT_EQ(rddOf(parts).coalesce(2).take(3), std::vector(parts[1].begin(), parts[1].begin() + 3));
}

TEST(Combine, CoalesceOfNone) {
  const auto none = context().emptyRDD<int>().coalesce(3);
  EXPECT_EQ(none.getNumPartitions(), 0u);
  EXPECT_EQ(none.count(), 0);
}

TEST(Combine, CoalesceBelowOneThrows) {
  const auto rdd = context().range(10);
  EXPECT_THROW(rdd.coalesce(0), std::invalid_argument);
  EXPECT_THROW(rdd.coalesce(-3), std::invalid_argument);
  const auto message = messageOf<std::invalid_argument>([&] { rdd.coalesce(0); });
  EXPECT_NE(message.find("coalesce at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

TEST(Combine, OperatorsMixFreely) {
  Context& sc = context();
  const auto base = sc.range(0, 60, 1, 8);
  const auto mixed = (base.coalesce(3) + base.filter([](std::int64_t x) { return x % 2 == 0; }))
                         .coalesce(4)
                         .cartesian(base.coalesce(2))
                         .map([](const auto& pair) { return pair.first * 100 + pair.second; })
                         .coalesce(5);
  auto left = coalesced(slices(base.collect(), 8), 3);
  for (auto part : slices(base.collect(), 8)) {
    std::erase_if(part, [](std::int64_t x) { return x % 2 != 0; });
    left.push_back(part);
  }
  std::vector<Numbers> expected;
  for (const auto& part : product(coalesced(left, 4), coalesced(slices(base.collect(), 8), 2))) {
    expected.emplace_back();
    for (const auto& [a, b] : part) expected.back().push_back(a * 100 + b);
  }
  EXPECT_EQ(mixed.glom().collect(), coalesced(expected, 5));
  EXPECT_EQ(mixed.zipWithIndex().values().max(), 60 * 90 - 1);
}

}  // namespace
}  // namespace seltzer::test
