#include <cmath>
#include <cstdint>
#include <limits>
#include <list>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/stat_counter.hpp>

namespace seltzer::test {
namespace {

TEST(StatCounter, MergesNumbersRangesAndCounters) {
  std::vector<double> numbers;
  for (int i = 0; i < 1000; ++i) numbers.push_back(std::sin(i) * i);
  StatCounter one;
  for (const double number : numbers) one.add(number);
  StatCounter merged;
  EXPECT_EQ(merged.merge(numbers).toString(), one.toString());
  StatCounter single;
  for (const double number : numbers) single.merge(number);
  EXPECT_EQ(single.toString(), one.toString());

  StatCounter first, rest;
  first.merge(std::vector(numbers.begin(), numbers.begin() + 300));
  rest.merge(std::vector(numbers.begin() + 300, numbers.end()));
  first.merge(rest).merge(StatCounter());
  EXPECT_EQ(first.count(), one.count());
  EXPECT_NEAR(first.mean(), one.mean(), 1e-9);
  EXPECT_NEAR(first.variance(), one.variance(), 1e-6);
  EXPECT_EQ(first.max(), one.max());
  EXPECT_EQ(first.min(), one.min());
}

TEST(StatCounter, MergesRangesOfAnyNumber) {
  StatCounter counter;
  counter.merge(std::list<int>{1, 2}).merge(std::vector<bool>{true}).merge(std::vector<std::int64_t>()).merge(4);
  EXPECT_EQ(counter.count(), 4);
  EXPECT_EQ(counter.sum(), 8);
  EXPECT_EQ(counter.mean(), 2);
}

TEST(StatCounter, HasTheMomentsOfThePopulationUnderBothNames) {
  StatCounter counter;
  counter.merge(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(counter.popVariance(), 4);
  EXPECT_EQ(counter.variance(), 4);
  EXPECT_EQ(counter.popStdev(), 2);
  EXPECT_EQ(counter.stdev(), 2);
  EXPECT_NEAR(counter.sampleVariance(), 32.0 / 7, 1e-14);
  EXPECT_TRUE(std::isnan(StatCounter().popVariance()));
  EXPECT_TRUE(std::isnan(StatCounter().popStdev()));
}

/// The texts are what Python prints for the same numbers.
TEST(StatCounter, PrintsAsPySparkDoes) {
  const auto textOf = [](const std::vector<double>& numbers) {
    std::ostringstream out;
    out << StatCounter().merge(numbers);
    EXPECT_EQ(out.str(), StatCounter().merge(numbers).toString());
    return out.str();
  };
  EXPECT_EQ(textOf({1, 2, 3}), "(count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)");
  EXPECT_EQ(textOf({-0.1}), "(count: 1, mean: -0.1, stdev: 0.0, max: -0.1, min: -0.1)");
  EXPECT_EQ(textOf({1e300}), "(count: 1, mean: 1e+300, stdev: 0.0, max: 1e+300, min: 1e+300)");
  EXPECT_EQ(textOf({1234567890123}),
            "(count: 1, mean: 1234567890123.0, stdev: 0.0, max: 1234567890123.0, min: 1234567890123.0)");
  EXPECT_EQ(textOf({1e-7, 1e16}),
            "(count: 2, mean: 5000000000000000.0, stdev: 5000000000000000.0, max: 1e+16, min: 1e-07)");
  EXPECT_EQ(textOf({std::numeric_limits<double>::infinity()}).substr(0, 21), "(count: 1, mean: inf,");
  EXPECT_EQ(textOf({}), "(count: 0, mean: nan, stdev: nan, max: nan, min: nan)");
}

}  // namespace
}  // namespace seltzer::test
