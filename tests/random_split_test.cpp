#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(RandomSplit, IsDisjointAndCovers) {
  const std::vector<std::vector<double>> weights = {{1}, {1, 1}, {0.7, 0.2, 0.1}, {3, 0, 5}, {0, 1, 0}, {1e-3, 1e9, 7}};
  for (const std::size_t size : inputSizes) {
    Numbers all(size);
    for (std::size_t i = 0; i < size; ++i) all[i] = static_cast<std::int64_t>(i);
    for (const std::int64_t partitions : partitionCounts) {
      const auto rdd = context().parallelize(all, partitions);
      for (const auto& each : weights) {
        const auto splits = rdd.randomSplit(each, 3);
        ASSERT_EQ(splits.size(), each.size());
        Numbers together;
        for (std::size_t i = 0; i < splits.size(); ++i) {
          const auto part = splits[i].collect();
          EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
          EXPECT_TRUE(each[i] > 0 || part.empty());
          together.insert(together.end(), part.begin(), part.end());
        }
        std::sort(together.begin(), together.end());
        EXPECT_EQ(together, all);
      }
    }
  }
}

TEST(RandomSplit, ByWeight) {
  const auto splits = context().range(0, 20000, 1, 3).randomSplit({1, 2, 7}, 5);
  for (std::size_t i = 0; i < 3; ++i) {
    const double p = std::vector{0.1, 0.2, 0.7}[i];
    EXPECT_NEAR(static_cast<double>(splits[i].count()), 20000 * p, 4 * std::sqrt(20000 * p * (1 - p)));
  }
}

TEST(RandomSplit, DependsOnSeedPartitionAndPositionAlone) {
  const auto rdd = context().range(0, 3000, 1, 4);
  const auto texts = rdd.map([](std::int64_t x) { return std::to_string(x); });
  const auto first = rdd.randomSplit({1, 1}, 8)[0].collect();
  EXPECT_EQ(rdd.randomSplit({5, 5}, 8)[0].collect(), first);
  EXPECT_NE(rdd.randomSplit({1, 1}, 9)[0].collect(), first);
  std::vector<std::string> expected;
  for (const std::int64_t x : first) expected.push_back(std::to_string(x));
  EXPECT_EQ(texts.randomSplit({1, 1}, 8)[0].collect(), expected);
}

TEST(RandomSplit, PartitionsDrawIndependently) {
  const auto parts = partsOf(context().range(0, 4000, 1, 2).randomSplit({1, 1}, 3)[0]);
  Numbers shifted = parts[1];
  for (std::int64_t& x : shifted) x -= 2000;
  Numbers both;
  std::set_intersection(parts[0].begin(), parts[0].end(), shifted.begin(), shifted.end(), std::back_inserter(both));
  EXPECT_NEAR(static_cast<double>(both.size()), 500, 100);
}

TEST(RandomSplit, DrawsOtherwiseThanSampleWithItsSeed) {
  const auto rdd = context().range(0, 3000, 1, 2);
  const auto split = rdd.randomSplit({1, 1}, 8)[0].collect();
  const auto sample = rdd.sample(false, 0.5, 8).collect();
  Numbers both;
  std::set_intersection(split.begin(), split.end(), sample.begin(), sample.end(), std::back_inserter(both));
  EXPECT_NEAR(static_cast<double>(both.size()), 750, 100);
}

TEST(RandomSplit, KeepsThePartitioner) {
  const auto rdd = context().range(0, 100, 1, 2).keyBy([](std::int64_t x) { return x % 5; }).partitionBy(3);
  for (const auto& split : rdd.randomSplit({1, 2})) EXPECT_EQ(split.partitioner(), rdd.partitioner());
}

TEST(RandomSplit, BadWeightsThrow) {
  const auto rdd = context().range(10);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(rdd.randomSplit({}), std::invalid_argument);
  EXPECT_THROW(rdd.randomSplit({0, 0}), std::invalid_argument);
  EXPECT_THROW(rdd.randomSplit({1, -1, 3}), std::invalid_argument);
  EXPECT_THROW(rdd.randomSplit({1, std::nan("")}), std::invalid_argument);
  EXPECT_THROW(rdd.randomSplit({1, infinity}), std::invalid_argument);
  const auto message = messageOf<std::invalid_argument>([&] { rdd.randomSplit({-1}); });
  EXPECT_NE(message.find("randomSplit at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

}  // namespace
}  // namespace seltzer::test
