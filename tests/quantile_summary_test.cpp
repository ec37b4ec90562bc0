#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <seltzer/detail/data/sketch/quantile_summary.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

#include "nan_last.hpp"

namespace seltzer::detail::test {
namespace {

using Doubles = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using seltzer::test::NanLast;

/// How far the ranks of `value` in the sorted numbers are from `rank`; huge if it is not among them.
std::uint64_t distanceOf(const Doubles& sorted, double value, std::uint64_t rank) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value, NanLast());
  if (first == last) return std::numeric_limits<std::uint64_t>::max();
  const auto least = static_cast<std::uint64_t>(first - sorted.begin()) + 1;
  const auto greatest = static_cast<std::uint64_t>(last - sorted.begin());
  return rank < least ? least - rank : rank > greatest ? rank - greatest : 0;
}

void expectQuantiles(const QuantileSummary& summary, Doubles numbers, double relativeError) {
  std::sort(numbers.begin(), numbers.end(), NanLast());
  const auto n = static_cast<double>(numbers.size());
  ASSERT_EQ(summary.count(), numbers.size());
  for (int i = 0; i <= 50; ++i) {
    const double probability = i / 50.0;
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(probability * n)));
    EXPECT_LE(static_cast<double>(distanceOf(numbers, summary.quantile(probability), rank)), relativeError * n)
        << probability;
  }
  EXPECT_EQ(distanceOf(numbers, summary.quantile(0), 1), 0u) << "the least is known";
  EXPECT_EQ(distanceOf(numbers, summary.quantile(1), numbers.size()), 0u) << "so is the greatest";
}

QuantileSummary summaryOf(const Doubles& numbers, double relativeError) {
  QuantileSummary summary(relativeError);
  for (const double number : numbers) summary.add(number);
  summary.flush();
  return summary;
}

/// Numbers of one of several kinds: even, equal, few different ones, heavy tails, sorted, reversed, a saw, with NaN.
Doubles someOf(int kind, std::size_t count, std::mt19937_64& random) {
  Doubles numbers;
  std::uniform_real_distribution<double> even;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = even(random);
    switch (kind % 8) {
      case 0:
        numbers.push_back(x);
        break;
      case 1:
        numbers.push_back(4.5);
        break;
      case 2:
        numbers.push_back(std::floor(x * x * x * 5));
        break;
      case 3:
        numbers.push_back(std::pow(x, -3));
        break;
      case 6:
        numbers.push_back(static_cast<double>(i % 37));
        break;
      case 7:
        numbers.push_back(x < 0.1 ? nan : x < 0.2 ? std::numeric_limits<double>::infinity() : -x);
        break;
      default:
        numbers.push_back(std::exp(x * 20));
    }
  }
  if (kind % 8 == 4) std::sort(numbers.begin(), numbers.end());
  if (kind % 8 == 5) std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

TEST(QuantileSummary, IsWithinItsErrorOfAThousandInputsHoweverTheyAreMerged) {
  std::mt19937_64 random(11);
  constexpr std::array<double, 6> errors = {0.3, 0.1, 0.03, 0.01, 0.001, 0};
  for (int input = 0; input < 1000; ++input) {
    const std::size_t count = 1 + random() % (input % 10 == 0 ? 20'000 : input % 3 == 0 ? 20 : 900);
    const double relativeError = errors[random() % errors.size()];
    const Doubles numbers = someOf(input, count, random);
    SCOPED_TRACE(testing::Message() << "input " << input << ", " << count << " numbers, error " << relativeError);
    expectQuantiles(summaryOf(numbers, relativeError), numbers, relativeError);

    const std::size_t parts = 1 + random() % 40;
    std::vector<QuantileSummary> summaries;
    for (std::size_t i = 0; i < parts; ++i) {
      const auto at = [&](std::size_t part) {
        const auto skewed = static_cast<double>(part * part) / static_cast<double>(parts * parts);
        return numbers.begin() + static_cast<std::ptrdiff_t>(skewed * static_cast<double>(count));
      };
      summaries.push_back(summaryOf(Doubles(at(i), at(i + 1)), relativeError));
    }
    QuantileSummary inOrder(relativeError);
    for (const QuantileSummary& summary : summaries) inOrder.merge(summary);
    expectQuantiles(inOrder, numbers, relativeError);
    while (summaries.size() > 1) {  // as a tree
      for (std::size_t i = 0; i + 1 < summaries.size(); ++i) {
        summaries[i].merge(summaries[i + 1]);
        summaries.erase(summaries.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
    }
    expectQuantiles(summaries.front(), numbers, relativeError);
    if (HasFailure()) return;
  }
}

TEST(QuantileSummary, StaysSmall) {
  std::mt19937_64 random(12);
  for (const double relativeError : {0.1, 0.01, 0.001}) {
    for (int kind = 0; kind < 8; ++kind) {
      const Doubles numbers = someOf(kind, 400'000, random);
      const QuantileSummary whole = summaryOf(numbers, relativeError);
      // the bound of the paper, which holds with bands
      const double most = 11 / (2 * relativeError) * std::log2(2 * relativeError * 400'000);
      EXPECT_LT(static_cast<double>(whole.size()), std::min(most, 400'000.0 / 4)) << relativeError << " " << kind;
      QuantileSummary merged(relativeError);
      for (std::ptrdiff_t i = 0; i < 100; ++i) {
        merged.merge(summaryOf(Doubles(numbers.begin() + i * 4000, numbers.begin() + (i + 1) * 4000), relativeError));
      }
      EXPECT_LT(static_cast<double>(merged.size()), std::min(most, 400'000.0 / 4)) << relativeError << " " << kind;
      expectQuantiles(merged, numbers, relativeError);
    }
  }
}

TEST(QuantileSummary, OfOneNumberIsThatNumber) {
  for (const double relativeError : {0.0, 0.5, 1.0}) {
    const QuantileSummary summary = summaryOf({7.5}, relativeError);
    for (const double probability : {0.0, 0.3, 1.0}) EXPECT_EQ(summary.quantile(probability), 7.5);
  }
}

TEST(QuantileSummary, IsTheSameAfterTheWire) {
  std::mt19937_64 random(13);
  const Doubles numbers = someOf(3, 30'000, random);
  const QuantileSummary summary = summaryOf(numbers, 0.01);
  auto read = fromWire<QuantileSummary>(toWire(summary));
  EXPECT_EQ(toWire(read), toWire(summary));
  expectQuantiles(read, numbers, 0.01);
  read.merge(QuantileSummary(0.01));
  EXPECT_EQ(toWire(read), toWire(summary)) << "merging none changes nothing";
}

TEST(QuantileSummary, RanksOfQuantiles) {
  EXPECT_EQ(rankOfQuantile(0, 10), 1u);
  EXPECT_EQ(rankOfQuantile(0.1, 10), 1u);
  EXPECT_EQ(rankOfQuantile(0.11, 10), 2u);
  EXPECT_EQ(rankOfQuantile(0.5, 10), 5u);
  EXPECT_EQ(rankOfQuantile(0.5, 11), 6u);
  EXPECT_EQ(rankOfQuantile(1, 10), 10u);
  EXPECT_EQ(rankOfQuantile(0.3, 1), 1u);
}

}  // namespace
}  // namespace seltzer::detail::test
