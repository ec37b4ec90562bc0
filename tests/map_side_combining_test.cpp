#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Map tasks whose keys are mostly distinct send their records as they are (see CombiningChoice); no result may show it.

namespace seltzer::test {
namespace {

constexpr std::int64_t elements = 400'000;

/// Distinct among the first records of a map task, which decide whether it combines; the later ones repeat keys.
std::int64_t keyAt(std::int64_t i) {
  return i < 300'000 ? i * 7 : i % 1000 * 35;
}

std::string textAt(std::int64_t i) {
  return std::to_string(i % 10);
}

std::vector<std::pair<std::int64_t, std::string>> concatenations() {
  std::vector<std::pair<std::int64_t, std::string>> pairs;
  std::map<std::int64_t, std::size_t> positions;
  for (std::int64_t i = 0; i < elements; ++i) {
    const auto [position, isNew] = positions.emplace(keyAt(i), pairs.size());
    if (isNew) pairs.emplace_back(keyAt(i), "");
    pairs[position->second].second += textAt(i);
  }
  return pairs;
}

TEST(MapSideCombining, ReduceByKeyOfMostlyDistinctKeysKeepsTheOrder) {
  const auto expected = concatenations();
  for (const std::int64_t partitions : {1, 2, 3}) {
    const auto pairs = context().generate(
        elements, [](std::int64_t i) { return std::pair(keyAt(i), textAt(i)); }, partitions);
    for (const std::int64_t n : {1, 3}) {
      expectSpread(partsOf(pairs.reduceByKey(std::plus<>(), n)), expected, static_cast<std::size_t>(n));
    }
  }
}

TEST(MapSideCombining, DistinctOfMostlyDistinctElementsKeepsTheOrder) {
  std::vector<std::string> expected;
  for (const auto& pair : concatenations()) expected.push_back(std::to_string(pair.first));
  for (const std::int64_t partitions : {1, 2}) {
    const auto texts = context().generate(
        elements, [](std::int64_t i) { return std::to_string(keyAt(i)); }, partitions);
    EXPECT_TRUE(texts.distinct(1).collect() == expected) << partitions;
  }
}

TEST(MapSideCombining, AZeroIsStillAppliedOncePerKeyAndPartition) {
  const auto pairs = context().generate(
      elements, [](std::int64_t i) { return std::pair(keyAt(i), std::int64_t{1}); }, 1);
  std::int64_t keys = 0;
  std::int64_t total = 0;
  for (const auto& [key, count] : pairs.foldByKey(1000, std::plus<>()).collect()) {
    ++keys;
    total += count;
  }
  EXPECT_EQ(keys, std::ssize(concatenations()));
  EXPECT_EQ(total, elements + 1000 * keys);
}

}  // namespace
}  // namespace seltzer::test
