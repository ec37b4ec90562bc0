#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Doubles = std::vector<double>;

/// All prefixes, by one loop over the elements.
template <class T, class F>
std::vector<T> prefixes(const std::vector<T>& elements, T sum, F f, bool exclusive) {
  std::vector<T> sums;
  for (const T& element : elements) {
    if (exclusive) sums.push_back(sum);
    sum = f(sum, element);
    if (!exclusive) sums.push_back(sum);
  }
  return sums;
}

/// As promised of floating-point numbers: partition by partition.
Doubles prefixesOfParts(const std::vector<Doubles>& parts, bool exclusive) {
  Doubles sums;
  double start = 0;
  for (const Doubles& part : parts) {
    double sum = 0;
    for (const double x : part) {
      if (exclusive) sums.push_back(start + sum);
      sum += x;
      if (!exclusive) sums.push_back(start + sum);
    }
    start += sum;
  }
  return sums;
}

TEST(PrefixSum, OfIntegersIsExact) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    Numbers small;
    for (const std::int64_t x : elements) small.push_back(x / 65'536);
    const auto rdd = sc.parallelize(small, partitions);
    EXPECT_EQ(rdd.prefixSum().collect(), prefixes(small, std::int64_t{0}, std::plus<>(), false));
    EXPECT_EQ(rdd.exclusivePrefixSum().collect(), prefixes(small, std::int64_t{0}, std::plus<>(), true));
    EXPECT_EQ(rdd.prefixSum().getNumPartitions(), static_cast<std::size_t>(partitions));
    EXPECT_EQ(rdd.prefixSum().count(), static_cast<std::int64_t>(small.size()));
  });
}

TEST(PrefixSum, OfSmallIntegersIsWide) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto bytes = context().parallelize(std::vector<std::int8_t>(3000, 127), partitions).prefixSum();
    static_assert(std::is_same_v<decltype(bytes)::value_type, std::int64_t>);
    EXPECT_EQ(bytes.collect().back(), 3000 * 127);
    const auto flags = context().parallelize(std::vector<bool>(3000, true), partitions).exclusivePrefixSum();
    static_assert(std::is_same_v<decltype(flags)::value_type, std::uint64_t>);
    EXPECT_EQ(flags.collect().back(), 2999u);
  }
}

TEST(PrefixSum, OfFloatingPointNumbersHasTheBitsThatArePromised) {
  Doubles numbers;
  for (int i = 0; i < 4000; ++i) numbers.push_back((i % 3 == 0 ? -1e7 : 1.0) / (i + 1));
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(numbers, partitions);
    EXPECT_EQ(rdd.prefixSum().collect(), prefixesOfParts(slices(numbers, partitions), false));
    EXPECT_EQ(rdd.exclusivePrefixSum().collect(), prefixesOfParts(slices(numbers, partitions), true));
    EXPECT_EQ(rdd.prefixSum().collect().back(), rdd.sum());
  }
  EXPECT_EQ(rddOf(skewed(numbers)).prefixSum().collect(), prefixesOfParts(skewed(numbers), false));
}

TEST(PrefixSum, ByAFunctionKeepsTheOrder) {
  const auto strings = someStrings(300);
  for (const auto& parts : {slices(strings, 1), slices(strings, 8), skewed(strings), {{}, {}}}) {
    const auto rdd = rddOf(parts);
    EXPECT_EQ(rdd.prefixSum("", std::plus<>()).collect(), prefixes(joined(parts), std::string(), std::plus<>(), false));
    const auto append = [](std::string& text, const std::string& more) { text += more; };
    EXPECT_EQ(rdd.exclusivePrefixSum("", append).collect(),
              prefixes(joined(parts), std::string(), std::plus<>(), true));
  }
  const auto largest = [](std::int64_t a, std::int64_t b) { return std::max(a, b); };
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const auto numbers = someNumbers(2000);
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(numbers, partitions);
    EXPECT_EQ(rdd.prefixSum(least, largest).collect(), prefixes(numbers, least, largest, false));
    Numbers expected = prefixes(numbers, least, largest, true);
    expected.resize(100);
    EXPECT_EQ(rdd.exclusivePrefixSum(least, largest).take(100), expected);
  }
}

TEST(PrefixSum, OfBorrowedElements) {
  const auto lines = context().parallelize(std::vector<std::string>{"a b", "", "c d e"}, 3);
  const auto views = lines.flatMap([](std::string_view line) { return words(line); });
  EXPECT_EQ(views.prefixSum("", [](std::string text, std::string_view word) { return text.append(word); }).collect(),
            (std::vector<std::string>{"a", "ab", "abc", "abcd", "abcde"}));
}

TEST(PrefixSum, IsComputedLazilyAndOnlyWhatIsNeeded) {
  const auto counted = context().accumulator(std::int64_t{0});
  const auto rdd = context().range(0, 3000, 1, 3).map([counted](std::int64_t x) {
    counted.add(1);
    return x;
  });
  const auto sums = rdd.prefixSum();
  EXPECT_EQ(counted.value(), 0) << "nothing runs before an action";
  EXPECT_EQ(sums.take(5), (Numbers{0, 1, 3, 6, 10}));
  EXPECT_LE(counted.value(), 2000 + 5) << "two partitions are summed up, and five elements computed";
  EXPECT_EQ(sums.map([](std::int64_t x) { return x; }).collect().back(), 3000 * 2999 / 2);
  EXPECT_EQ(context().emptyRDD<int>().prefixSum().count(), 0);
}

TEST(PrefixSum, ThatDoesNotFitIsATaskError) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(Numbers{1, 2, most - 3, 0, 1, 0, 0, 5}, partitions);
    EXPECT_NE(messageOf<TaskError>([&] { rdd.prefixSum().collect(); }).find("a sum does not fit 64 bits"),
              std::string::npos);
  }
  EXPECT_EQ(context().range(100).count(), 100) << "the context is usable";
}

TEST(PrefixSum, AFunctionThatThrowsIsATaskError) {
  const auto fail = [](std::int64_t, std::int64_t x) -> std::int64_t {
    return x == 7 ? throw std::runtime_error("seven") : x;
  };
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_NE(
        messageOf<TaskError>([&] { context().range(0, 9, 1, partitions).prefixSum(0, fail).collect(); }).find("seven"),
        std::string::npos);
  }
}

}  // namespace
}  // namespace seltzer::test
