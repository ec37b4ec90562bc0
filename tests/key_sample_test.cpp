#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/narrow/share_draw.hpp>

#include "fixture.hpp"

// Samples by key, and random splits.

namespace seltzer::test {
namespace {

using Pair = std::pair<std::string, std::int64_t>;
using Fractions = std::map<std::string, double>;

/// n pairs of the keys a, b, c, d, of which d is rare, with their positions as values.
RDD<Pair> lettered(std::int64_t n, std::int64_t partitions) {
  return context().generate(
      n, [](std::int64_t i) { return Pair(i % 97 == 0 ? "d" : std::string(1, static_cast<char>('a' + i % 3)), i); },
      partitions);
}

std::map<std::string, std::int64_t> countsOf(const RDD<Pair>& rdd) {
  std::map<std::string, std::int64_t> counts;
  for (const Pair& pair : rdd.collect()) ++counts[pair.first];
  return counts;
}

/// How often each position below n was drawn.
std::vector<std::int64_t> timesOf(const std::vector<Pair>& sample, std::size_t n) {
  std::vector<std::int64_t> times(n);
  for (const Pair& pair : sample) ++times.at(static_cast<std::size_t>(pair.second));
  return times;
}

bool inOrder(const std::vector<Pair>& sample) {
  return std::is_sorted(sample.begin(), sample.end(), [](const Pair& a, const Pair& b) { return a.second < b.second; });
}

TEST(KeySample, EachKeyByItsFraction) {
  const Fractions fractions{{"a", 0.1}, {"b", 0.5}, {"c", 0}, {"d", 1}};
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = lettered(12000, partitions);
    const auto all = countsOf(rdd);
    const auto sample = rdd.sampleByKey(false, fractions, 3);
    const auto drawn = sample.collect();
    EXPECT_TRUE(inOrder(drawn));
    const auto times = timesOf(drawn, 12000);
    EXPECT_LE(*std::max_element(times.begin(), times.end()), 1);
    auto counts = countsOf(sample);
    for (const auto& [key, fraction] : fractions) {
      const auto n = static_cast<double>(all.at(key));
      EXPECT_NEAR(static_cast<double>(counts[key]), n * fraction, 4 * std::sqrt(n * fraction * (1 - fraction))) << key;
    }
  }
}

TEST(KeySample, WithReplacementIsPoisson) {
  const Fractions fractions{{"a", 2.5}, {"b", 0.2}, {"c", 0}, {"d", 30}};
  const auto rdd = lettered(12000, 3);
  const auto all = countsOf(rdd);
  const auto drawn = rdd.sampleByKey(true, fractions, 5).collect();
  const auto times = timesOf(drawn, 12000);
  std::map<std::string, std::pair<double, double>> moments;  // per key: sum of draws, and of their squares
  for (const Pair& pair : rdd.collect()) {
    const auto t = static_cast<double>(times[static_cast<std::size_t>(pair.second)]);
    moments[pair.first].first += t;
    moments[pair.first].second += t * t;
  }
  for (const auto& [key, fraction] : fractions) {
    const auto n = static_cast<double>(all.at(key));
    const double mean = moments[key].first / n;
    EXPECT_NEAR(mean, fraction, 5 * std::sqrt(fraction / n)) << key;
    EXPECT_NEAR(moments[key].second / n - mean * mean, fraction, 0.35 * fraction) << key;
  }
}

TEST(KeySample, FractionsInAnyContainer) {
  const auto rdd = lettered(2000, 3);
  const Fractions map{{"a", 0.3}, {"b", 0.5}, {"c", 0.1}, {"d", 1}};
  const auto expected = rdd.sampleByKey(false, map, 9).collect();
  const auto exact = rdd.sampleByKeyExact(false, map, 9).collect();
  const std::unordered_map<std::string, double> unordered(map.begin(), map.end());
  EXPECT_EQ(rdd.sampleByKey(false, unordered, 9).collect(), expected);
  EXPECT_EQ(rdd.sampleByKeyExact(false, unordered, 9).collect(), exact);
  const std::vector<std::pair<std::string, double>> pairs(map.begin(), map.end());
  EXPECT_EQ(rdd.sampleByKey(false, pairs, 9).collect(), expected);
  OrderedMap<std::string, double> ordered;
  for (const auto& [key, fraction] : pairs) ordered[key] = fraction;
  EXPECT_EQ(rdd.sampleByKey(false, ordered, 9).collect(), expected);
  EXPECT_EQ(rdd.sampleByKey(false, {{"a", 0.3}, {"b", 0.5}, {"c", 0.1}, {"d", 1}}, 9).collect(), expected);
  EXPECT_EQ(rdd.sampleByKeyExact(false, {{"a", 0.3}, {"b", 0.5}, {"c", 0.1}, {"d", 1}}, 9).collect(), exact);
}

TEST(KeySample, ExactGivesTheCeilingForEachKey) {
  const std::array<Fractions, 3> choices{Fractions{{"a", 0.1}, {"b", 0.5}, {"c", 0}, {"d", 1}},
                                         Fractions{{"a", 1}, {"b", 0.001}, {"c", 0.999}, {"d", 0.3}},
                                         Fractions{{"a", 0.25}, {"b", 1.0 / 3}, {"c", 1e-9}, {"d", 0.5}}};
  for (const std::int64_t n : {0, 1, 50, 3001}) {
    for (const std::int64_t partitions : partitionCounts) {
      const auto rdd = lettered(n, partitions);
      const auto all = countsOf(rdd);
      for (const Fractions& fractions : choices) {
        for (const bool withReplacement : {false, true}) {
          SCOPED_TRACE(testing::Message() << n << " in " << partitions << (withReplacement ? " with" : " without"));
          const auto sample = rdd.sampleByKeyExact(withReplacement, fractions, 17);
          auto counts = countsOf(sample);
          for (const auto& [key, count] : all) {
            EXPECT_EQ(counts[key], std::ceil(static_cast<double>(count) * fractions.at(key))) << key;
          }
          const auto drawn = sample.collect();
          EXPECT_TRUE(inOrder(drawn));
          const auto times = timesOf(drawn, static_cast<std::size_t>(n));
          EXPECT_TRUE(withReplacement || std::all_of(times.begin(), times.end(), [](auto t) { return t <= 1; }));
        }
      }
    }
  }
}

TEST(KeySample, ExactWithReplacementMayDrawMoreThanThereAre) {
  const auto rdd = lettered(1000, 3);
  const auto all = countsOf(rdd);
  auto counts = countsOf(rdd.sampleByKeyExact(true, {{"a", 3.5}, {"b", 1}, {"c", 12}, {"d", 0.01}}, 1));
  EXPECT_EQ(counts["a"], std::ceil(static_cast<double>(all.at("a")) * 3.5));
  EXPECT_EQ(counts["b"], all.at("b"));
  EXPECT_EQ(counts["c"], all.at("c") * 12);
  EXPECT_EQ(counts["d"], 1);
}

/// How often exact samples of 3 contain each of 12 pairs of one key, in partitions of 1, 0, 7 and 4, over many seeds.
std::vector<std::int64_t> drawnOfTwelve(bool withReplacement, std::size_t seeds) {
  std::vector<std::vector<Pair>> parts(4);
  const std::array<std::size_t, 4> sizes{1, 0, 7, 4};
  std::int64_t place = 0;
  for (std::size_t p = 0; p < sizes.size(); ++p) {
    for (std::size_t i = 0; i < sizes[p]; ++i) parts[p].emplace_back("k", place++);
  }
  const auto rdd = rddOf(parts).cache();
  std::vector<std::int64_t> times(12);
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    for (const Pair& pair : rdd.sampleByKeyExact(withReplacement, {{"k", 0.25}}, seed).collect()) {
      ++times[static_cast<std::size_t>(pair.second)];
    }
  }
  return times;
}

TEST(KeySample, ExactDrawsAreUniformOverPartitionsAndPositions) {
  constexpr std::size_t seeds = 300;
  for (const bool withReplacement : {false, true}) {
    const double expected = 3.0 * seeds / 12;
    const double variance = withReplacement ? expected * 11 / 12 : expected * 9 / 12 * 12 / 11;
    double chiSquare = 0;
    for (const std::int64_t times : drawnOfTwelve(withReplacement, seeds)) {
      const double difference = static_cast<double>(times) - expected;
      chiSquare += difference * difference / variance;
    }
    EXPECT_LT(chiSquare, 32.9) << withReplacement;  // 0.1 % quantile at 12 degrees of freedom
    EXPECT_GT(chiSquare, 1.0) << withReplacement;
  }
}

TEST(KeySample, PairsOfAnExactSampleAreDrawnIndependently) {
  // 20 of 40 pairs in 4 partitions are drawn: two neighbours both with probability 20/40 * 19/39.
  std::int64_t both = 0;
  constexpr std::int64_t seeds = 60;
  const auto rdd = context()
                       .generate(
                           40, [](std::int64_t i) { return std::pair(0, i); }, 4)
                       .cache();
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    std::vector<std::int64_t> times(40);
    for (const auto& pair : rdd.sampleByKeyExact(false, {{0, 0.5}}, seed).collect()) {
      ++times[static_cast<std::size_t>(pair.second)];
    }
    for (std::size_t i = 0; i < 40; i += 2) both += times[i] * times[i + 1];
  }
  const double tries = seeds * 20;
  const double p = 0.5 * 19 / 39;
  EXPECT_NEAR(static_cast<double>(both), tries * p, 4 * std::sqrt(tries * p * (1 - p)));
}

TEST(KeySample, SameSeedSameDrawOtherSeedOther) {
  const auto rdd = lettered(2000, 3);
  const Fractions fractions{{"a", 0.4}, {"b", 0.4}, {"c", 0.4}, {"d", 0.4}};
  for (const bool withReplacement : {false, true}) {
    const auto sample = rdd.sampleByKey(withReplacement, fractions, 11);
    EXPECT_EQ(sample.collect(), rdd.sampleByKey(withReplacement, fractions, 11).collect());
    EXPECT_NE(sample.collect(), rdd.sampleByKey(withReplacement, fractions, 12).collect());
    const auto exact = rdd.sampleByKeyExact(withReplacement, fractions, 11);
    EXPECT_EQ(exact.collect(), rdd.sampleByKeyExact(withReplacement, fractions, 11).collect());
    EXPECT_EQ(exact.collect(), exact.collect());
    EXPECT_NE(exact.collect(), rdd.sampleByKeyExact(withReplacement, fractions, 12).collect());
  }
}

TEST(KeySample, PartitionsDrawIndependently) {
  const auto rdd = context().generate(
      4000, [](std::int64_t i) { return std::pair(0, i % 2000); }, 2);
  for (const auto& sample : {rdd.sampleByKey(false, {{0, 0.5}}, 3), rdd.sampleByKeyExact(false, {{0, 0.5}}, 3)}) {
    const auto parts = partsOf(sample);
    std::vector<std::pair<int, std::int64_t>> both;
    std::set_intersection(parts[0].begin(), parts[0].end(), parts[1].begin(), parts[1].end(), std::back_inserter(both));
    EXPECT_NEAR(static_cast<double>(both.size()), 500, 100);
  }
}

TEST(KeySample, KeepsThePartitionerAndWorksOnShuffledAndCachedPairs) {
  const Fractions fractions{{"a", 0.2}, {"b", 0.7}, {"c", 0.5}, {"d", 1}};
  const auto shuffled = lettered(3000, 4).partitionBy(3).cache();
  const auto all = countsOf(shuffled);
  const auto sample = shuffled.sampleByKey(false, fractions);
  const auto exact = shuffled.sampleByKeyExact(false, fractions);
  EXPECT_EQ(sample.partitioner(), shuffled.partitioner());
  EXPECT_EQ(exact.partitioner(), shuffled.partitioner());
  for (const auto& [key, count] : exact.countByKey()) {
    EXPECT_EQ(count, std::ceil(static_cast<double>(all.at(key)) * fractions.at(key)));
  }
  EXPECT_EQ(exact.cache().collect(), exact.collect());
  EXPECT_EQ(exact.coalesce(2).count(), exact.count());
}

TEST(KeySample, ExactCountsWithTheFirstJobOnly) {
  const auto rdd = lettered(1000, 3);
  rdd.count();
  const auto jobsOf = [](const auto& job) {
    const auto before = context().stats().total.jobs;
    job();
    return context().stats().total.jobs - before;
  };
  RDD<Pair> sample = rdd;
  EXPECT_EQ(jobsOf([&] {
              sample = rdd.sampleByKeyExact(false, {{"a", 0.1}, {"b", 0.1}, {"c", 0.1}, {"d", 0.1}});
            }),
            0u);
  EXPECT_EQ(jobsOf([&] { sample.count(); }), 2u);
  EXPECT_EQ(jobsOf([&] { sample.count(); }), 1u);
}

TEST(KeySample, OfBorrowedPairs) {
  const Fractions fractions{{"a", 0.2}, {"b", 0.7}, {"c", 0.5}, {"d", 1}};
  const auto rdd = lettered(1000, 3);
  const auto views = rdd.flatMap<std::pair<std::string_view, std::int64_t>>(
      [](const Pair& pair, Emit<std::pair<std::string_view, std::int64_t>>& emit) {
        emit(std::pair<std::string_view, std::int64_t>(pair.first, pair.second));
      });
  for (const bool withReplacement : {false, true}) {
    EXPECT_EQ(views.sampleByKey(withReplacement, fractions, 2).collect(),
              rdd.sampleByKey(withReplacement, fractions, 2).collect());
    EXPECT_EQ(views.sampleByKeyExact(withReplacement, fractions, 2).collect(),
              rdd.sampleByKeyExact(withReplacement, fractions, 2).collect());
  }
}

TEST(KeySample, AKeyWithoutFractionIsATaskError) {
  const auto rdd = lettered(100, 3);
  const Fractions fractions{{"a", 0.2}, {"b", 0.7}, {"d", 1}};
  for (const auto& sample : {rdd.sampleByKey(false, fractions), rdd.sampleByKeyExact(false, fractions)}) {
    const auto message = messageOf<TaskError>([&] { sample.collect(); });
    EXPECT_NE(message.find("there is no fraction for the key c"), std::string::npos) << message;
    EXPECT_NE(message.find("sampleByKey"), std::string::npos) << message;
  }
  EXPECT_EQ(rdd.count(), 100);
}

TEST(KeySample, ElementsThatChangeAreATaskError) {
  const auto source = context().range(0, 100, 1, 2);
  const auto changing = source.mapPartitionsWithIndex<std::pair<int, int>>(
      [](std::size_t, auto& elements, Emit<std::pair<int, int>>& emit) {
        static int runs = 0;
        ++runs;
        for (const std::int64_t x : elements) {
          if (x % 10 < runs) emit(std::pair(0, static_cast<int>(x)));
        }
      });
  EXPECT_THROW(changing.sampleByKeyExact(false, {{0, 0.5}}).collect(), TaskError);
}

TEST(KeySample, BadFractionsThrow) {
  const auto rdd = lettered(10, 2);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-0.1, std::nan(""), infinity}) {
    for (const bool withReplacement : {false, true}) {
      EXPECT_THROW(rdd.sampleByKey(withReplacement, {{"a", 0.1}, {"b", bad}}), std::invalid_argument);
      EXPECT_THROW(rdd.sampleByKeyExact(withReplacement, {{"a", 0.1}, {"b", bad}}), std::invalid_argument);
    }
  }
  EXPECT_THROW(rdd.sampleByKey(false, {{"a", 1.5}}), std::invalid_argument);
  EXPECT_THROW(rdd.sampleByKeyExact(false, {{"a", 1.5}}), std::invalid_argument);
  EXPECT_NO_THROW(rdd.sampleByKey(true, {{"a", 1.5}}));
  const auto twice = messageOf<std::invalid_argument>([&] { rdd.sampleByKey(false, {{"a", 0.5}, {"a", 0.6}}); });
  EXPECT_NE(twice.find("sampleByKey at " + callSite(__LINE__ - 1)), std::string::npos) << twice;
  EXPECT_NE(twice.find("two fractions for the key a"), std::string::npos) << twice;
}

// --- the distributions behind exact samples

TEST(KeySample, SharesFollowTheirDistributions) {
  struct Case {
    std::uint64_t total, marked, draws;
  };
  for (const auto& [total, marked, draws] :
       {Case{10, 3, 4}, Case{10, 9, 8}, Case{100, 50, 1}, Case{1000, 10, 500}, Case{50, 20, 49}}) {
    const double p = static_cast<double>(marked) / static_cast<double>(total);
    const double mean = static_cast<double>(draws) * p;
    const double binomial = mean * (1 - p);
    const double hypergeometric = binomial * static_cast<double>(total - draws) / static_cast<double>(total - 1);
    double sums[2] = {0, 0};
    double squares[2] = {0, 0};
    constexpr int steps = 20000;
    for (int i = 0; i < steps; ++i) {
      const double uniform = (i + 0.5) / steps;
      const std::uint64_t without = detail::hypergeometricShare(uniform, total, marked, draws);
      const std::uint64_t with = detail::binomialShare(uniform, total, marked, draws);
      ASSERT_LE(without, std::min(marked, draws));
      ASSERT_LE(draws - without, total - marked);
      ASSERT_LE(with, draws);
      for (const int kind : {0, 1}) {
        const auto share = static_cast<double>(kind == 0 ? without : with);
        sums[kind] += share / steps;
        squares[kind] += share * share / steps;
      }
    }
    EXPECT_NEAR(sums[0], mean, 0.003 * mean + 0.001);
    EXPECT_NEAR(sums[1], mean, 0.003 * mean + 0.001);
    EXPECT_NEAR(squares[0] - sums[0] * sums[0], hypergeometric, 0.01 * hypergeometric + 0.002);
    EXPECT_NEAR(squares[1] - sums[1] * sums[1], binomial, 0.01 * binomial + 0.002);
  }
}

TEST(KeySample, SharesAtTheEndsAndOfGreatNumbers) {
  const double last = 1 - 0x1p-53;
  for (const double uniform : {0.0, 0.3, last}) {
    EXPECT_EQ(detail::hypergeometricShare(uniform, 5, 5, 3), 3u);
    EXPECT_EQ(detail::hypergeometricShare(uniform, 5, 0, 3), 0u);
    EXPECT_EQ(detail::hypergeometricShare(uniform, 5, 2, 5), 2u);
    EXPECT_EQ(detail::hypergeometricShare(uniform, 0, 0, 0), 0u);
    EXPECT_EQ(detail::binomialShare(uniform, 5, 5, 3), 3u);
    EXPECT_EQ(detail::binomialShare(uniform, 5, 0, 3), 0u);
    EXPECT_EQ(detail::binomialShare(uniform, 5, 2, 0), 0u);
    constexpr std::uint64_t billion = 1'000'000'000;
    const auto without = static_cast<double>(detail::hypergeometricShare(uniform, 4 * billion, billion, 2 * billion));
    EXPECT_NEAR(without, 0.5e9, 9.0 * std::sqrt(0.5e9 * 0.75 * 0.5)) << uniform;
    const auto with = static_cast<double>(detail::binomialShare(uniform, 4 * billion, billion, 2 * billion));
    EXPECT_NEAR(with, 0.5e9, 9.0 * std::sqrt(0.5e9 * 0.75)) << uniform;
  }
}

}  // namespace
}  // namespace seltzer::test
