#include <algorithm>
#include <cstddef>
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
using Strings = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::int64_t, std::string>>;

/// All pairs, by one loop over both.
Pairs padded(const Numbers& left, const Strings& right) {
  Pairs pairs;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    pairs.emplace_back(i < left.size() ? left[i] : -7, i < right.size() ? right[i] : "none");
  }
  return pairs;
}

TEST(ZipPadded, PairsWhateverTheLengthsAndPartitions) {
  for (const std::size_t lefts : {0u, 1u, 5u, 1500u}) {
    for (const std::size_t rights : {0u, 1u, 6u, 4000u}) {
      const auto numbers = someNumbers(lefts);
      const auto strings = someStrings(rights);
      for (const auto& [p, q] : {std::pair(1, 1), {1, 3}, {3, 2}, {8, 8}}) {
        SCOPED_TRACE(testing::Message() << lefts << " in " << p << ", " << rights << " in " << q);
        const auto left = context().parallelize(numbers, p);
        const auto right = context().parallelize(strings, q);
        const auto zipped = left.zipPadded(right, -7, "none");
        EXPECT_EQ(zipped.getNumPartitions(), static_cast<std::size_t>(std::max(p, q)));
        EXPECT_EQ(partsOf(zipped), slices(padded(numbers, strings), std::max(p, q)));
        for (const std::int64_t n : partitionCounts) {
          EXPECT_EQ(partsOf(left.zipPadded(right, -7, "none", n)), slices(padded(numbers, strings), n)) << n;
        }
      }
    }
  }
}

TEST(ZipPadded, OfSkewedPartitionsIsBalanced) {
  const auto numbers = someNumbers(3000);
  const auto strings = someStrings(800);
  EXPECT_EQ(partsOf(rddOf(skewed(numbers)).zipPadded(rddOf(skewed(strings)), -7, "none", 4)),
            slices(padded(numbers, strings), 4));
  const auto none = context().emptyRDD<std::string>();
  EXPECT_EQ(partsOf(rddOf(skewed(numbers)).zipPadded(none, -7, "none")), slices(padded(numbers, {}), 5));
  EXPECT_EQ(context().emptyRDD<std::int64_t>().zipPadded(none, -7, "none").count(), 0);
  EXPECT_EQ(context().emptyRDD<std::int64_t>().zipPadded(none, -7, "none", 3).count(), 0);
}

TEST(ZipPadded, OfBorrowedElementsAndItself) {
  const auto lines = context().parallelize(Strings{"a b", "", "c d e"}, 3);
  const auto views = lines.flatMap([](std::string_view line) { return words(line); });
  const auto longer = views.filter([](std::string_view word) { return word > "b"; });
  EXPECT_EQ(
      views.zipPadded(longer, "", "?").collect(),
      (std::vector<std::pair<std::string, std::string>>{{"a", "c"}, {"b", "d"}, {"c", "e"}, {"d", "?"}, {"e", "?"}}));
  EXPECT_EQ(views.zipPadded(views, "", "").filter([](const auto& pair) { return pair.first != pair.second; }).count(),
            0);
}

TEST(ZipPadded, IsLazyAndGoesOnInAChain) {
  const auto counted = context().accumulator(std::int64_t{0});
  const auto numbers = context().range(0, 100, 1, 3).map([counted](std::int64_t x) {
    counted.add(1);
    return x;
  });
  const auto zipped = numbers.zipPadded(context().range(0, 40, 1, 2), 0, 5);
  EXPECT_EQ(counted.value(), 0) << "nothing runs before an action";
  const auto sums = zipped.map([](const auto& pair) { return pair.first * pair.second; }).prefixSum();
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < 100; ++i) expected += i * (i < 40 ? i : 5);
  EXPECT_EQ(sums.collect().back(), expected);
  EXPECT_EQ(sums.take(3), (Numbers{0, 1, 5}));
}

TEST(ZipPadded, RefusesWrongPartitionsAndReportsFailures) {
  const auto rdd = context().range(10);
  EXPECT_THROW(rdd.zipPadded(rdd, 0, 0, 0), std::invalid_argument);
  const auto failing =
      rdd.map([](std::int64_t x) -> std::int64_t { return x == 3 ? throw std::runtime_error("three") : x; });
  EXPECT_NE(messageOf<TaskError>([&] { rdd.zipPadded(failing, 0, 0).collect(); }).find("three"), std::string::npos);
  EXPECT_NE(messageOf<TaskError>([&] { failing.zipPadded(rdd, 0, 0).collect(); }).find("three"), std::string::npos);
  EXPECT_EQ(rdd.zipPadded(rdd, 0, 0).count(), 10);
}

}  // namespace
}  // namespace seltzer::test
