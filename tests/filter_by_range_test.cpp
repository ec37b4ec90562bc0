#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "sorting_fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

std::vector<std::pair<std::int64_t, std::int64_t>> inRange(
    const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs, std::int64_t least, std::int64_t greatest) {
  std::vector<std::pair<std::int64_t, std::int64_t>> kept;
  for (const auto& pair : pairs) {
    if (least <= pair.first && pair.first <= greatest) kept.push_back(pair);
  }
  return kept;
}

Numbers smallNumbers(std::size_t count) {
  std::mt19937_64 random(seed());
  Numbers numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<std::int64_t>(random() % 200) - 100);
  return numbers;
}

constexpr std::array<std::pair<std::int64_t, std::int64_t>, 7> ranges = {
    {{-100, 99}, {0, 0}, {-50, 20}, {98, 500}, {-500, -99}, {300, 400}, {5, 4}}};

TEST(FilterByRange, OfAnyRDD) {
  const auto pairs = numbered(smallNumbers(2000));
  for (const std::int64_t n : partitionCounts) {
    const auto rdd = context().parallelize(pairs, n);
    for (const bool ascending : {true, false}) {
      const auto sorted = rdd.sortByKey(ascending, n);
      const auto expected = stablySorted(slices(pairs, 1), firstOf, ascending);
      const auto sections = rdd.partitionBy(RangePartitioner<std::int64_t>({-60, 0, 70}));
      for (const auto& [least, greatest] : ranges) {
        EXPECT_EQ(rdd.filterByRange(least, greatest).collect(), inRange(pairs, least, greatest));
        EXPECT_EQ(sorted.filterByRange(least, greatest).collect(), inRange(expected, least, greatest));
        EXPECT_EQ(sections.filterByRange(least, greatest).collect(), inRange(sections.collect(), least, greatest));
      }
    }
  }
}

/// How many records of shuffles have been read so far.
std::uint64_t readSoFar() {
  return context().stats().total[Phase::shuffleRead].records;
}

/// How many a job on a key range of `rdd` reads.
template <class Rdd>
std::uint64_t readFor(const Rdd& rdd, std::int64_t least, std::int64_t greatest) {
  const std::uint64_t before = readSoFar();
  rdd.filterByRange(least, greatest).count();
  return readSoFar() - before;
}

TEST(FilterByRange, SkipsPartitions) {
  const auto rdd = context().parallelize(numbered(smallNumbers(4000)), 3);
  for (const bool ascending : {true, false}) {
    const auto sorted = rdd.sortByKey(ascending, 8);
    EXPECT_EQ(sorted.count(), 4000);
    EXPECT_LE(readFor(sorted, 300, 400), 550u) << "ascending " << ascending;
    EXPECT_LE(readFor(sorted, -100, -99), 550u);
    EXPECT_LE(readFor(sorted, 0, 1), 2 * 550u);
    EXPECT_EQ(readFor(sorted, -1000, 1000), 4000u);
  }
  const auto sections = rdd.partitionBy(RangePartitioner<std::int64_t>({-60, 0, 70}));
  EXPECT_EQ(sections.count(), 4000);
  EXPECT_EQ(readFor(sections, 10, 20), static_cast<std::uint64_t>(rdd.filterByRange(1, 70).count()));
}

TEST(FilterByRange, OfTextsAndNaN) {
  const auto words = numbered(someStrings(1500));
  const auto sorted = context().parallelize(words, 3).sortByKey(true, 4);
  std::vector<std::pair<std::string, std::int64_t>> expected;
  for (const auto& pair : stablySorted(slices(words, 1), firstOf, true)) {
    if ("b" <= pair.first && pair.first <= "m") expected.push_back(pair);
  }
  EXPECT_EQ(sorted.filterByRange("b", "m").collect(), expected);
  const auto numbers = context().parallelize(numbered(std::vector<double>{1, std::nan(""), -3, 2}), 2).sortByKey();
  EXPECT_EQ(numbers.filterByRange(1, 5).count(), 2);
  EXPECT_EQ(numbers.filterByRange(1, std::nan("")).count(), 3);
}

}  // namespace
}  // namespace seltzer::test
