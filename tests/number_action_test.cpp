#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Doubles = std::vector<double>;
using Counts = std::vector<std::int64_t>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
constexpr T greatest = std::numeric_limits<T>::max();
template <class T>
constexpr T least = std::numeric_limits<T>::min();

/// The mean and the sum of squared deviations, by two passes in long double.
struct TwoPass {
  template <class T>
  explicit TwoPass(const std::vector<T>& numbers) : n(static_cast<double>(numbers.size())) {
    long double sum = 0;
    for (const T x : numbers) sum += static_cast<long double>(x);
    mean = sum / numbers.size();
    for (const T x : numbers) squares += (x - mean) * (x - mean);
  }
  double variance() const { return static_cast<double>(squares) / n; }
  double sampleVariance() const { return static_cast<double>(squares) / (n - 1); }

  double n;
  long double mean = 0;
  long double squares = 0;
};

/// The histogram, by comparing each number with each bucket.
Counts bucketed(const Doubles& numbers, const Doubles& edges) {
  Counts counts(edges.size() - 1);
  for (const double x : numbers) {
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
      const bool isLast = i + 2 == edges.size();
      if (x >= edges[i] && (x < edges[i + 1] || (isLast && x == edges[i + 1]))) ++counts[i];
    }
  }
  return counts;
}

TEST(NumberAction, SumMinAndMax) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    EXPECT_EQ(rdd.sum(), std::accumulate(elements.begin(), elements.end(), std::int64_t{0}));
    if (elements.empty()) {
      EXPECT_THROW(rdd.min(), EmptyRDDError);
      EXPECT_THROW(rdd.max(), EmptyRDDError);
    } else {
      EXPECT_EQ(rdd.min(), std::ranges::min(elements));
      EXPECT_EQ(rdd.max(), std::ranges::max(elements));
    }
  });
}

TEST(NumberAction, SumsOfIntegersAreExact) {
  Context& sc = context();
  constexpr auto most = greatest<std::int64_t>;
  EXPECT_EQ(sc.parallelize({most, most, -most, -most, std::int64_t{3}}, 3).sum(), 3);
  EXPECT_EQ(sc.parallelize({most - 1, std::int64_t{1}}, 2).sum(), most);
  EXPECT_EQ(sc.parallelize({least<std::int64_t> + 1, std::int64_t{-1}}, 2).sum(), least<std::int64_t>);
  EXPECT_EQ(sc.parallelize({greatest<std::uint64_t> - 5, std::uint64_t{5}}, 2).sum(), greatest<std::uint64_t>);
  EXPECT_EQ(sc.parallelize(std::vector<std::int32_t>(3000, greatest<std::int32_t>), 3).sum(),
            std::int64_t{3000} * greatest<std::int32_t>);
  EXPECT_EQ(sc.parallelize(std::vector<std::int8_t>(70000, -128), 3).sum(), -128 * 70000);
  EXPECT_EQ(sc.parallelize(std::vector<std::uint8_t>(70000, 255), 3).sum(), 255u * 70000);
  EXPECT_EQ(sc.parallelize(std::vector<bool>(3001, true), 3).sum(), 3001u);
}

TEST(NumberAction, SumsThatDoNotFitThrow) {
  Context& sc = context();
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_THROW(sc.parallelize({greatest<std::int64_t>, std::int64_t{1}}, partitions).sum(), std::overflow_error);
    EXPECT_THROW(sc.parallelize({least<std::int64_t>, std::int64_t{-1}}, partitions).sum(), std::overflow_error);
    EXPECT_THROW(sc.parallelize({greatest<std::uint64_t>, std::uint64_t{1}}, partitions).sum(), std::overflow_error);
  }
  const auto rdd = sc.parallelize({greatest<std::int64_t>, std::int64_t{1}}, 2);
  const auto message = messageOf<std::overflow_error>([&] { rdd.sum(); });
  EXPECT_NE(message.find("sum at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

TEST(NumberAction, SumsOfFloatingPointNumbersAreInPartitionOrder) {
  for (const std::int64_t partitions : partitionCounts) {
    Doubles numbers;
    for (const std::int64_t x : someNumbers(3000)) numbers.push_back(static_cast<double>(x) / 7);
    double expected = 0;
    for (const auto& part : slices(numbers, partitions)) {
      expected += std::accumulate(part.begin(), part.end(), 0.0);
    }
    EXPECT_EQ(context().parallelize(numbers, partitions).sum(), expected);
  }
  EXPECT_EQ(context().parallelize(std::vector<float>(1000, 16777216.0f), 3).sum(), 16777216.0 * 1000);
  EXPECT_EQ(context().parallelize(Doubles(), 3).sum(), 0);
}

TEST(NumberAction, MinAndMaxOfOtherTypes) {
  Context& sc = context();
  EXPECT_EQ(sc.parallelize({-128, 5, 127}, 3).map([](int x) { return static_cast<std::int8_t>(x); }).min(), -128);
  EXPECT_EQ(sc.parallelize({greatest<std::uint64_t>, std::uint64_t{1}}, 2).max(), greatest<std::uint64_t>);
  EXPECT_EQ(sc.parallelize({greatest<std::uint64_t>, std::uint64_t{1}}, 2).min(), 1u);
  EXPECT_EQ(sc.parallelize({least<std::int64_t>, std::int64_t{0}}, 2).min(), least<std::int64_t>);
  EXPECT_EQ(sc.parallelize({0.5, -0.25, 3.5}, 8).min(), -0.25);
  EXPECT_EQ(sc.parallelize({false, true, false}, 2).max(), true);
  const auto strings = someStrings(1500);
  EXPECT_EQ(sc.parallelize(strings, 3).min(), std::ranges::min(strings));
  EXPECT_EQ(sc.parallelize(strings, 3).max(), std::ranges::max(strings));
}

TEST(NumberAction, MinAndMaxByKeyGiveTheFirstOfEqualOnes) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(3000);
    const auto size = [](const std::string& text) { return text.size(); };
    const auto rdd = context().parallelize(strings, partitions);
    EXPECT_EQ(rdd.min(size), *std::ranges::min_element(strings, {}, size));
    EXPECT_EQ(rdd.max(size), *std::ranges::max_element(strings, {}, size));
    const auto pairs = context().range(0, 3000, 1, partitions).map([](std::int64_t i) {
      return std::pair<std::int64_t, std::int64_t>(i % 7, i);
    });
    const auto first = [](const std::pair<std::int64_t, std::int64_t>& pair) { return pair.first; };
    EXPECT_EQ(pairs.min(first).second, 0);
    EXPECT_EQ(pairs.max(first).second, 6);
  }
  const auto digit = [](std::int64_t x) { return x % 10; };
  EXPECT_EQ(context().parallelize(Numbers{25, 9, 19, 30, 40}, 2).max(digit), 9);
  EXPECT_EQ(context().parallelize(Numbers{25, 9, 19, 30, 40}, 2).min(digit), 30);
  EXPECT_THROW(context().emptyRDD<std::string>().max([](const std::string& text) { return text.size(); }),
               EmptyRDDError);
}

TEST(NumberAction, MomentsAgreeWithTwoPasses) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    if (elements.size() < 2) return;
    const TwoPass expected(elements);
    const auto rdd = sc.parallelize(elements, partitions);
    const double variance = expected.variance();
    EXPECT_NEAR(rdd.mean(), static_cast<double>(expected.mean), 1e-12 * std::sqrt(variance));
    EXPECT_NEAR(rdd.variance(), variance, 1e-12 * variance);
    EXPECT_NEAR(rdd.stdev(), std::sqrt(variance), 1e-12 * std::sqrt(variance));
    EXPECT_EQ(rdd.popStdev(), rdd.stdev());
    EXPECT_EQ(rdd.popVariance(), rdd.variance());
    EXPECT_NEAR(rdd.sampleVariance(), expected.sampleVariance(), 1e-12 * expected.sampleVariance());
    EXPECT_NEAR(rdd.sampleStdev(), std::sqrt(expected.sampleVariance()), 1e-12 * std::sqrt(variance));
    const StatCounter stats = rdd.stats();
    EXPECT_EQ(stats.count(), static_cast<std::int64_t>(elements.size()));
    EXPECT_EQ(stats.mean(), rdd.mean());
    EXPECT_EQ(stats.sampleVariance(), rdd.sampleVariance());
    EXPECT_EQ(stats.min(), static_cast<double>(std::ranges::min(elements)));
    EXPECT_EQ(stats.max(), static_cast<double>(std::ranges::max(elements)));
  });
}

TEST(NumberAction, VarianceStandsHugeOffsets) {
  for (const std::int64_t partitions : partitionCounts) {
    Doubles numbers;
    for (int i = 0; i < 1000; ++i) numbers.insert(numbers.end(), {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
    const auto rdd = context().parallelize(numbers, partitions);
    EXPECT_NEAR(rdd.variance(), 22.5, 1e-6);
    EXPECT_NEAR(rdd.mean(), 1e9 + 10, 1e-5);
    EXPECT_EQ(context().parallelize(Doubles(3000, 1e15 + 0.5), partitions).variance(), 0);
  }
}

TEST(NumberAction, MomentsOfNoneAreNotANumber) {
  const auto none = context().parallelize(Doubles(), 3);
  EXPECT_TRUE(std::isnan(none.mean()));
  EXPECT_TRUE(std::isnan(none.variance()));
  EXPECT_TRUE(std::isnan(none.stdev()));
  EXPECT_TRUE(std::isnan(none.popStdev()));
  EXPECT_TRUE(std::isnan(none.popVariance()));
  EXPECT_TRUE(std::isnan(none.sampleVariance()));
  EXPECT_TRUE(std::isnan(none.sampleStdev()));
  const StatCounter stats = none.stats();
  EXPECT_EQ(stats.count(), 0);
  EXPECT_EQ(stats.sum(), 0);
  EXPECT_TRUE(std::isnan(stats.min()));
  EXPECT_TRUE(std::isnan(stats.max()));
  const auto one = context().parallelize(Doubles{4.5}, 3);
  EXPECT_EQ(one.mean(), 4.5);
  EXPECT_EQ(one.variance(), 0);
  EXPECT_TRUE(std::isnan(one.sampleVariance()));
  EXPECT_TRUE(std::isnan(context().parallelize({1.0, nan, 2.0}, 2).mean()));
}

TEST(NumberAction, ExtremesOfStatsFollowTheOrderOfMinAndMax) {
  for (const std::int64_t partitions : partitionCounts) {
    for (const Doubles& numbers :
         {Doubles{nan, 5, 1}, {5, nan, 1}, {5, 1, nan}, {nan, nan}, {0.0, -0.0}, {-0.0, 0.0, -0.0}, {3, infinity}}) {
      const auto rdd = context().parallelize(numbers, partitions);
      const auto text = [](double x) { return testing::PrintToString(x); };
      EXPECT_EQ(text(rdd.stats().min()), text(rdd.min()));
      EXPECT_EQ(text(rdd.stats().max()), text(rdd.max()));
    }
    EXPECT_EQ(context().parallelize({5.0, nan, 1.0}, partitions).stats().min(), 1);
    EXPECT_TRUE(std::isnan(context().parallelize({5.0, nan, 1.0}, partitions).stats().max()));
  }
}

TEST(NumberAction, HistogramWithEdges) {
  for (const std::int64_t partitions : partitionCounts) {
    Doubles numbers;
    for (const std::int64_t x : someNumbers(3000)) numbers.push_back(static_cast<double>(x % 100) / 4);
    numbers.insert(numbers.end(), {nan, infinity, -infinity, -0.0, 0.0, 1.0, 10.0, 10.0, 2.5});
    const auto rdd = context().parallelize(numbers, partitions);
    for (const Doubles& edges : std::vector<Doubles>{
             {0, 10}, {0, 1, 2.5, 10}, {-5, -0.5, 0, 3}, {100, 200}, {-infinity, 0, infinity}, {10, 10.25}}) {
      EXPECT_EQ(rdd.histogram(edges), bucketed(numbers, edges));
    }
  }
  EXPECT_EQ(context().parallelize(Numbers{1, 2, 3, 10}, 2).histogram(Doubles{1, 3, 10}), (Counts{2, 2}));
  EXPECT_EQ(context().parallelize(Doubles(), 2).histogram(Doubles{1, 3, 10}), (Counts{0, 0}));
}

TEST(NumberAction, HistogramOfEvenBuckets) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto [edges, counts] = context().range(0, 51, 1, partitions).histogram(5);
    EXPECT_EQ(edges, (Doubles{0, 10, 20, 30, 40, 50}));
    EXPECT_EQ(counts, (Counts{10, 10, 10, 10, 11}));
    Doubles numbers;
    for (const std::int64_t x : someNumbers(2000)) numbers.push_back(static_cast<double>(x) / 3);
    const auto rdd = context().parallelize(numbers, partitions);
    for (const std::int64_t n : {1, 2, 7, 100}) {
      const auto [bounds, tally] = rdd.histogram(n);
      ASSERT_EQ(bounds.size(), static_cast<std::size_t>(n) + 1);
      EXPECT_EQ(bounds.front(), std::ranges::min(numbers));
      EXPECT_EQ(bounds.back(), std::ranges::max(numbers));
      const double width = (bounds.back() - bounds.front()) / static_cast<double>(n);
      for (std::size_t i = 0; i < bounds.size(); ++i) {
        EXPECT_NEAR(bounds[i], bounds.front() + static_cast<double>(i) * width, 1e-9 * width);
      }
      EXPECT_EQ(tally, bucketed(numbers, bounds));
    }
  }
  const auto [edges, counts] = context().parallelize(Numbers{4, 4, 4}, 2).histogram(5);
  EXPECT_EQ(edges, (Doubles{4, 4}));
  EXPECT_EQ(counts, (Counts{3}));
}

TEST(NumberAction, HistogramRefusesWhatHasNoAnswer) {
  Context& sc = context();
  const auto rdd = sc.parallelize({1.0, 2.0, 3.0}, 2);
  for (const Doubles& bad :
       std::vector<Doubles>{{}, {1}, {1, 1}, {2, 1}, {0, 1, 1, 2}, {0, 2, 1}, {0, nan}, {nan, 1}}) {
    EXPECT_THROW(rdd.histogram(bad), std::invalid_argument);
  }
  EXPECT_THROW(rdd.histogram(0), std::invalid_argument);
  EXPECT_THROW(rdd.histogram(-4), std::invalid_argument);
  EXPECT_THROW(sc.parallelize(Doubles(), 2).histogram(3), EmptyRDDError);
  EXPECT_THROW(sc.parallelize({1.0, nan}, 2).histogram(3), std::invalid_argument);
  EXPECT_THROW(sc.parallelize({nan, 1.0, 5.0}, 2).histogram(3), std::invalid_argument);
  EXPECT_THROW(sc.parallelize({1.0, infinity}, 2).histogram(3), std::invalid_argument);
  EXPECT_THROW(sc.parallelize({-infinity, 1.0}, 2).histogram(3), std::invalid_argument);
}

}  // namespace
}  // namespace seltzer::test
