#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "nan_last.hpp"

namespace seltzer::test {
namespace {

using Doubles = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const Doubles probabilities{0, 0.01, 0.25, 0.5, 0.5, 0.9, 0.999, 1};

template <class T>
double distinctIn(const std::vector<T>& elements) {
  return static_cast<double>(std::set<T>(elements.begin(), elements.end()).size());
}

void expectNear(std::int64_t estimate, double distinct, double relativeSD) {
  EXPECT_NEAR(static_cast<double>(estimate), distinct, std::max(1.0, 3 * relativeSD * distinct)) << relativeSD;
}

TEST(Approximate, CountApproxDistinctIsNear) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    expectNear(rdd.countApproxDistinct(), distinctIn(elements), 0.05);
    for (const double relativeSD : {0.3, 0.1, 0.01, 0.002}) {
      expectNear(rdd.countApproxDistinct(relativeSD), distinctIn(elements), relativeSD);
    }
  });
}

TEST(Approximate, CountApproxDistinctOfManyDependsOnTheElementsAlone) {
  for (const double relativeSD : {0.05, 0.004}) {
    std::set<std::int64_t> estimates;
    for (const std::int64_t partitions : partitionCounts) {
      const auto rdd = context().range(0, 200'000, 1, partitions);
      estimates.insert(rdd.countApproxDistinct(relativeSD));
      estimates.insert((rdd + rdd.filter([](std::int64_t x) { return x % 3 == 0; })).countApproxDistinct(relativeSD));
    }
    EXPECT_EQ(estimates.size(), 1u);
    expectNear(*estimates.begin(), 200'000, relativeSD);
  }
}

TEST(Approximate, CountApproxDistinctTakesEqualElementsAsOne) {
  const auto strings = someStrings(4000);
  for (const auto& parts : {skewed(strings), std::vector(8, strings), {strings}}) {
    expectNear(rddOf(parts).countApproxDistinct(0.02), distinctIn(joined(parts)), 0.02);
  }
  EXPECT_EQ(context().parallelize({0.0, -0.0, nan, -nan, 1.5}, 3).countApproxDistinct(), 3);
  EXPECT_EQ(context().parallelize(std::vector<bool>{true, false, true}, 2).countApproxDistinct(), 2);
  EXPECT_EQ(context().emptyRDD<int>().countApproxDistinct(), 0);
  using Pairs = std::vector<std::pair<int, std::string>>;
  EXPECT_EQ(context().parallelize(Pairs{{1, "a"}, {2, "a"}, {1, "b"}, {1, "a"}}, 2).countApproxDistinct(), 3);
  const auto views =
      context().parallelize(std::vector<std::string>{"x y", "y z x", ""}, 3).flatMap([](std::string_view t) {
        return words(t);
      });
  EXPECT_EQ(views.countApproxDistinct(0.01), 3);
}

TEST(Approximate, ByKeyIsNearForEachKey) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    std::map<std::string, std::set<std::string>> values;
    for (const auto& [key, value] : joined(words)) values[key].insert(value);
    for (const double relativeSD : {0.05, 0.01}) {
      const auto counts = rdd.countApproxDistinctByKey(relativeSD, n);
      EXPECT_EQ(counts.getNumPartitions(), static_cast<std::size_t>(n));
      const auto parts = partsOf(counts);
      EXPECT_EQ(placementOf(parts), placementOf(partsOf(rdd.groupByKey(n).mapValues([](const auto&) { return 0; }))));
      const auto all = joined(parts);
      EXPECT_EQ(all.size(), values.size());
      for (const auto& [key, count] : all) {
        expectNear(count, static_cast<double>(values.at(key).size()), relativeSD);
      }
    }
  });
}

TEST(Approximate, ByKeyOfManyValuesOfAFewKeys) {
  for (const std::int64_t partitions : partitionCounts) {
    // key k has 10^k different values, each several times
    const auto pairs = context().range(0, 200'000, 1, partitions).map([](std::int64_t x) {
      const std::int64_t key = x % 5;
      std::int64_t most = 1;
      for (std::int64_t i = 0; i < key; ++i) most *= 10;
      return std::pair(key, x / 5 % most);
    });
    const auto counts = pairs.countApproxDistinctByKey(0.02, 3).collectAsMap();
    EXPECT_EQ(counts.size(), 5u);
    for (const auto& [key, count] : counts) expectNear(count, std::pow(10, static_cast<double>(key)), 0.02);
    const auto own = FunctionPartitioner(4, [](std::int64_t key) { return key; });
    const auto placed = pairs.countApproxDistinctByKey(0.02, own);
    EXPECT_EQ(joined(partsOf(placed)), joined(partsOf(pairs.partitionBy(own).countApproxDistinctByKey(0.02))));
    EXPECT_EQ(placed.getNumPartitions(), 4u);
    EXPECT_EQ(*placed.partitioner(), *pairs.partitionBy(own).partitioner());
  }
}

TEST(Approximate, ErrorsOutOfRangeThrowAtOnce) {
  const auto rdd = context().range(100).map([](std::int64_t) -> std::int64_t { throw std::runtime_error("ran"); });
  const auto pairs = rdd.map([](std::int64_t x) { return std::pair(x, x); });
  for (const double bad : {0.0, -0.1, 1e-5, 1.0, 17.0, nan}) {
    EXPECT_THROW(rdd.countApproxDistinct(bad), UsageError) << bad;
    EXPECT_THROW(pairs.countApproxDistinctByKey(bad), UsageError) << bad;
  }
  EXPECT_THROW(pairs.countApproxDistinctByKey(0.05, 0), std::invalid_argument);
  EXPECT_NE(messageOf<UsageError>([&] { static_cast<void>(rdd.countApproxDistinct(2)); }).find("relativeSD is 2"),
            std::string::npos);
  for (const double bad : {-0.1, 1.1, nan}) {
    EXPECT_THROW(rdd.approxQuantile({0.5, bad}, 0.1), UsageError) << bad;
    EXPECT_THROW(rdd.approxQuantile({0.5}, bad), UsageError) << bad;
  }
  EXPECT_THROW(rdd.countApproxDistinct(), TaskError);
  EXPECT_THROW(rdd.approxQuantile({0.5}, 0.1), TaskError);
}

/// The distance of a quantile's ranks from where it should be.
template <class T>
double distanceOf(std::vector<T> elements, double value, double probability) {
  Doubles sorted(elements.begin(), elements.end());
  std::sort(sorted.begin(), sorted.end(), NanLast());
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value, NanLast());
  if (first == last) return std::numeric_limits<double>::infinity();
  const double rank = std::max(1.0, std::ceil(probability * static_cast<double>(elements.size())));
  const auto least = static_cast<double>(first - sorted.begin()) + 1,
             greatest = static_cast<double>(last - sorted.begin());
  return std::max({0.0, least - rank, rank - greatest});
}

template <class T>
void expectQuantiles(const RDD<T>& rdd, const std::vector<T>& elements) {
  for (const double relativeError : {0.0, 0.001, 0.02, 0.5}) {
    if (elements.empty()) {
      EXPECT_THROW(rdd.approxQuantile(probabilities, relativeError), EmptyRDDError);
      continue;
    }
    const Doubles quantiles = rdd.approxQuantile(probabilities, relativeError);
    ASSERT_EQ(quantiles.size(), probabilities.size());
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      EXPECT_LE(distanceOf(elements, quantiles[i], probabilities[i]),
                relativeError * static_cast<double>(elements.size()))
          << probabilities[i] << " " << relativeError;
    }
  }
}

TEST(Approximate, QuantilesAreWithinTheirError) {
  forRandomNumbers([](Context& sc, const std::vector<std::int64_t>& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    expectQuantiles(rdd, elements);
    Doubles halves;
    for (const std::int64_t x : elements) halves.push_back(x % 11 == 0 ? nan : static_cast<double>(x % 1000) / 2);
    expectQuantiles(sc.parallelize(halves, partitions), halves);
  });
}

TEST(Approximate, QuantilesOfSkewedPartitions) {
  std::vector<std::int32_t> numbers;
  for (int i = 0; i < 30'000; ++i) numbers.push_back(i % 10 == 0 ? i : 7);
  for (const auto& parts : {skewed(numbers), {numbers}, std::vector<std::vector<std::int32_t>>(3)}) {
    expectQuantiles(rddOf(parts), joined(parts));
  }
  expectQuantiles(context().emptyRDD<std::int32_t>(), {});
  std::sort(numbers.rbegin(), numbers.rend());
  expectQuantiles(rddOf(skewed(numbers)), numbers);
}

TEST(Approximate, QuantilesFollowTheOrderOfNumbers) {
  for (const double relativeError : {0.0, 0.01}) {
    for (const std::int64_t partitions : partitionCounts) {
      const auto rdd = context().parallelize(Doubles{nan, 3, -1, nan, 2}, partitions);
      const Doubles quantiles = rdd.approxQuantile({0, 0.4, 0.6, 0.61, 1}, relativeError);
      EXPECT_EQ(Doubles(quantiles.begin(), quantiles.begin() + 3), (Doubles{-1, 2, 3}));
      EXPECT_TRUE(std::isnan(quantiles[3]) && std::isnan(quantiles[4]));
      EXPECT_EQ(rdd.approxQuantile({}, relativeError), Doubles());
      EXPECT_EQ(context().parallelize(std::vector<bool>{true, false, true}, partitions).approxQuantile({0, 1}, 0),
                (Doubles{0, 1}));
    }
  }
}

}  // namespace
}  // namespace seltzer::test
