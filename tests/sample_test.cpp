#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

std::vector<std::int64_t> countsOf(const Numbers& sample, std::size_t n) {
  std::vector<std::int64_t> counts(n);
  for (const std::int64_t x : sample) ++counts.at(static_cast<std::size_t>(x));
  return counts;
}

TEST(Sample, WithoutReplacementIsASubsequence) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().range(0, 5000, 1, partitions);
    for (const double fraction : {0.01, 0.3, 0.99}) {
      const auto sample = rdd.sample(false, fraction, 7).collect();
      EXPECT_TRUE(std::ranges::is_sorted(sample));
      EXPECT_EQ(std::ranges::adjacent_find(sample), sample.end());
      const double expected = 5000 * fraction;
      const double deviation = std::sqrt(5000 * fraction * (1 - fraction));
      EXPECT_NEAR(static_cast<double>(sample.size()), expected, 4 * deviation);
    }
  }
}

TEST(Sample, FractionsAtTheEnds) {
  const auto elements = someStrings(2000);
  const auto rdd = context().parallelize(elements, 3);
  EXPECT_TRUE(rdd.sample(false, 0).collect().empty());
  EXPECT_TRUE(rdd.sample(true, 0).collect().empty());
  EXPECT_EQ(rdd.sample(false, 1).collect(), elements);
  EXPECT_TRUE(context().parallelize(std::vector<int>(), 3).sample(true, 2).collect().empty());
}

TEST(Sample, SameSeedSameDrawOtherSeedOther) {
  const auto rdd = context().range(0, 2000, 1, 3);
  for (const bool withReplacement : {false, true}) {
    const auto sample = rdd.sample(withReplacement, 0.4, 11);
    const Numbers first = sample.collect();
    EXPECT_EQ(sample.collect(), first);
    EXPECT_EQ(rdd.sample(withReplacement, 0.4, 11).collect(), first);
    EXPECT_NE(rdd.sample(withReplacement, 0.4, 12).collect(), first);
  }
}

TEST(Sample, DrawDependsOnPositionAndNotOnTheElement) {
  const auto numbers = context().range(0, 2000, 1, 3).sample(false, 0.3, 5).collect();
  const auto texts = context().range(0, 2000, 1, 3).map([](std::int64_t i) { return std::to_string(i); });
  std::vector<std::string> expected;
  for (const std::int64_t x : numbers) expected.push_back(std::to_string(x));
  EXPECT_EQ(texts.sample(false, 0.3, 5).collect(), expected);
  EXPECT_EQ(texts.sample(false, 0.3, 5).take(3), std::vector(expected.begin(), expected.begin() + 3));
}

TEST(Sample, PartitionsDrawIndependently) {
  const auto parts = context().range(0, 4000, 1, 2).sample(false, 0.5, 3).glom().collect();
  Numbers shifted = parts[1];
  for (std::int64_t& x : shifted) x -= 2000;
  Numbers both;
  std::ranges::set_intersection(parts[0], shifted, std::back_inserter(both));
  EXPECT_NEAR(static_cast<double>(both.size()), 500, 100);
}

TEST(Sample, WithReplacementIsPoisson) {
  constexpr std::size_t n = 20000;
  for (const double mean : {0.5, 2.0, 30.0}) {
    const auto sample = context().range(0, n, 1, 3).sample(true, mean, 21).collect();
    EXPECT_TRUE(std::ranges::is_sorted(sample));
    const auto counts = countsOf(sample, n);
    double sum = 0;
    double squares = 0;
    for (const std::int64_t count : counts) {
      sum += static_cast<double>(count);
      squares += static_cast<double>(count) * static_cast<double>(count);
    }
    const double measured = sum / n;
    const double variance = squares / n - measured * measured;
    EXPECT_NEAR(measured, mean, 5 * std::sqrt(mean / n));
    EXPECT_NEAR(variance, mean, 0.05 * mean);
    const auto none = std::ranges::count(counts, 0);
    EXPECT_NEAR(static_cast<double>(none), n * std::exp(-mean), 5 * std::sqrt(n * std::exp(-mean)) + 1);
  }
}

TEST(Sample, BernoulliDrawsAreUniformOverPositions) {
  std::array<double, 10> tenths{};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::int64_t x : context().range(0, 1000, 1, 3).sample(false, 0.2, seed).collect()) {
      tenths[static_cast<std::size_t>(x / 100)] += 1;
    }
  }
  double chiSquare = 0;
  for (const double tenth : tenths) chiSquare += (tenth - 400) * (tenth - 400) / (400 * 0.8);
  EXPECT_LT(chiSquare, 29.6);  // 0.1 % quantile at 10 degrees of freedom
  EXPECT_GT(chiSquare, 0.5);
}

TEST(Sample, OfUserTypes) {
  const auto readings = someReadings(1000);
  const auto kept = context().range(0, 1000, 1, 3).sample(true, 1.5, 9).collect();
  std::vector<Reading> expected;
  for (const std::int64_t i : kept) expected.push_back(readings[static_cast<std::size_t>(i)]);
  EXPECT_EQ(context().parallelize(readings, 3).sample(true, 1.5, 9).collect(), expected);
}

TEST(Sample, BadFractionsThrow) {
  const auto rdd = context().range(10);
  EXPECT_THROW(rdd.sample(false, -0.1), std::invalid_argument);
  EXPECT_THROW(rdd.sample(true, -0.1), std::invalid_argument);
  EXPECT_THROW(rdd.sample(false, 1.1), std::invalid_argument);
  EXPECT_THROW(rdd.sample(true, std::nan("")), std::invalid_argument);
  EXPECT_THROW(rdd.sample(false, std::nan("")), std::invalid_argument);
  EXPECT_THROW(rdd.sample(true, std::numeric_limits<double>::infinity()), std::invalid_argument);
  const auto message = messageOf<std::invalid_argument>([&] { rdd.sample(false, 2); });
  EXPECT_NE(message.find("sample at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

}  // namespace
}  // namespace seltzer::test
