#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "sorting_fixture.hpp"

// Sorted RDDs compared with std::stable_sort of all elements on the driver.

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Expects `partitions` partitions, none above 1.1 times its even share.
template <class T>
void expectBalanced(const std::vector<std::vector<T>>& parts, std::size_t elements, std::size_t partitions) {
  ASSERT_EQ(parts.size(), partitions);
  const double share = std::ceil(static_cast<double>(elements) / static_cast<double>(partitions));
  for (const auto& part : parts) EXPECT_LE(static_cast<double>(part.size()), 1.1 * share);
}

/// Compares as text, so that NaNs are equal and the zeros differ.
template <class T>
void expectSame(const std::vector<T>& seen, const std::vector<T>& expected) {
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(testing::PrintToString(seen[i]), testing::PrintToString(expected[i])) << "at place " << i;
  }
}

/// Sorts an RDD with exactly these partitions into 1, 2, 3 and 8, ascending and descending.
template <class T, class Key>
void expectSorts(const std::vector<std::vector<T>>& parts, Key key) {
  const RDD<T> rdd = rddOf(parts);
  for (const bool ascending : {true, false}) {
    const std::vector<T> expected = stablySorted(parts, key, ascending);
    for (const std::int64_t n : partitionCounts) {
      SCOPED_TRACE(testing::Message() << parts.size() << " to " << n << (ascending ? " up" : " down"));
      const auto sorted = partsOf(rdd.sortBy(key, ascending, n));
      expectBalanced(sorted, expected.size(), static_cast<std::size_t>(n));
      expectSame(joined(sorted), expected);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

/// The same in even slices for each number of partitions, and in very uneven ones.
template <class K, class Key = decltype(firstOf)>
void expectSortsOf(const std::vector<K>& keys, Key key = {}) {
  for (const std::int64_t partitions : partitionCounts) expectSorts(slices(numbered(keys), partitions), key);
  expectSorts(skewed(numbered(keys)), key);
}

TEST(Sort, RandomNumbersWithDuplicates) {
  std::mt19937_64 random(seed());
  for (const std::size_t size : inputSizes) {
    SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << size << " elements");
    expectSortsOf(randomNumbers(size, random));
    Numbers few = randomNumbers(size, random);
    for (std::int64_t& x : few) x = std::abs(x % 5);
    expectSortsOf(few);
  }
}

TEST(Sort, AllKeysEqual) {
  for (const std::size_t size : inputSizes) expectSortsOf(Numbers(size, 7));
}

TEST(Sort, TwoDistinctKeys) {
  Numbers keys(4000, 1);
  for (std::size_t i = 0; i < keys.size(); i += 17) keys[i] = 0;
  expectSortsOf(keys);
}

TEST(Sort, SortedAndDescendingInput) {
  Numbers keys(3000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<std::int64_t>(i);
  expectSortsOf(keys);
  std::reverse(keys.begin(), keys.end());
  expectSortsOf(keys);
}

TEST(Sort, FewerElementsThanPartitions) {
  expectSortsOf(Numbers{});
  expectSortsOf(Numbers{3});
  expectSortsOf(Numbers{3, 1, 2});
  EXPECT_TRUE(context().emptyRDD<std::int64_t>().sortBy(std::identity(), true, 3).collect().empty());
  const auto noPairs = context().emptyRDD<std::pair<int, int>>();
  EXPECT_TRUE(noPairs.sortByKey(true, 3).collect().empty());
}

TEST(Sort, IntegersAtTheEndsOfTheirTypes) {
  using Limits = std::numeric_limits<std::int64_t>;
  expectSortsOf(Numbers{0, Limits::max(), -1, Limits::min(), 1, Limits::max(), Limits::min()});
  expectSortsOf(std::vector<std::uint64_t>{0, ~std::uint64_t{0}, 5, std::uint64_t{1} << 63, 5});
  expectSortsOf(std::vector<std::int8_t>{0, 127, -128, -1, 1, 127});
}

TEST(Sort, StringsAndFunctionsOfThem) {
  const auto texts = someStrings(3000);
  expectSortsOf(texts);
  expectSortsOf(texts, [](const std::pair<std::string, std::int64_t>& pair) { return pair.first.size(); });
  expectSortsOf(texts, [](const auto& pair) { return std::string_view(pair.first).substr(0, 1); });
}

TEST(Sort, DoublesWithNaNAndZeros) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::array<double, 9> special{std::nan(""), -0.0, 0.0, infinity, -infinity, 1e-310, -2.5, 7, std::nan("")};
  std::mt19937_64 random(seed());
  std::vector<double> keys;
  for (int i = 0; i < 2500; ++i) {
    keys.push_back(i % 3 == 0 ? special[random() % special.size()] : static_cast<double>(random() % 1000) - 500.5);
  }
  expectSortsOf(keys);
  expectSortsOf(std::vector<float>(keys.begin(), keys.end()));
}

TEST(Sort, PairsAndTuplesAsKeys) {
  std::mt19937_64 random(seed());
  std::vector<std::pair<int, std::string>> keys;
  for (const std::string& text : someStrings(2000)) keys.emplace_back(static_cast<int>(random() % 4), text);
  expectSortsOf(keys);
  expectSortsOf(keys, [](const auto& pair) { return std::tuple(pair.first.second.size(), -pair.first.first); });
}

/// A user's type whose `operator<` leaves different values equivalent.
struct Version {
  std::int32_t major = 0;
  std::string label;
  bool operator<(const Version& other) const { return major < other.major; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& major& label;
  }
  friend void PrintTo(const Version& version, std::ostream* out) { *out << version.major << version.label; }
};

TEST(Sort, UserTypesWithLess) {
  std::vector<Version> versions;
  for (const std::string& text : someStrings(2000)) versions.push_back({static_cast<std::int32_t>(text.size()), text});
  expectSortsOf(versions);
}

/// In the order of play, which is not that of the numbers.
enum class Suit : std::uint8_t { low, middle, high, trump };
constexpr bool operator<(Suit a, Suit b) {
  constexpr std::array<int, 4> order{1, 3, 0, 2};
  return order[static_cast<std::size_t>(a)] < order[static_cast<std::size_t>(b)];
}

TEST(Sort, EnumerationsInAnOrderOfTheirOwn) {
  std::vector<Suit> suits;
  std::vector<std::pair<Suit, std::int64_t>> pairs;
  for (std::int64_t i = 0; i < 500; ++i) {
    suits.push_back(static_cast<Suit>(i * i % 7 % 4));
    pairs.emplace_back(suits.back(), i % 3);
  }
  expectSortsOf(suits);
  // std::pair compares enumerations by their numbers
  std::vector<std::pair<Suit, std::int64_t>> expected = pairs;
  std::ranges::sort(expected, [](const auto& a, const auto& b) {
    return a.first < b.first || (!(b.first < a.first) && a.second < b.second);
  });
  for (const std::int64_t partitions : partitionCounts) {
    EXPECT_EQ(context().parallelize(pairs, partitions).sortBy(std::identity()).collect(), expected);
  }
}

TEST(Sort, BorrowedElements) {
  const auto texts = someStrings(2000);
  const auto rdd = context().parallelize(texts, 3);
  const auto views = rdd.flatMap<std::string_view>(
      [](const std::string& text, Emit<std::string_view>& emit) { emit(std::string_view(text)); });
  static_assert(std::is_same_v<decltype(views.sortBy(std::identity()))::value_type, std::string>);
  const auto bySize = [](std::string_view text) { return text.size(); };
  const auto itself = [](std::string_view text) { return text; };
  for (const std::int64_t n : partitionCounts) {
    EXPECT_EQ(views.sortBy(itself, true, n).collect(), stablySorted(slices(texts, 1), itself, true));
    EXPECT_EQ(views.sortBy(bySize, false, n).collect(), stablySorted(slices(texts, 1), bySize, false));
  }
}

TEST(Sort, SortByKeyUpAndDownAndByAFunctionOfTheKey) {
  const auto pairs = numbered(someStrings(2500));
  const auto bySize = [](const std::string& key) { return key.size(); };
  for (const std::int64_t parents : partitionCounts) {
    const auto rdd = context().parallelize(pairs, parents);
    const auto parts = slices(pairs, 1);
    EXPECT_EQ(rdd.sortByKey().collect(), stablySorted(parts, firstOf, true));
    EXPECT_EQ(rdd.sortByKey().getNumPartitions(), static_cast<std::size_t>(parents));
    EXPECT_EQ(rdd.sortByKey(false).collect(), stablySorted(parts, firstOf, false));
    for (const std::int64_t n : partitionCounts) {
      const auto keyOf = [&](const auto& pair) { return bySize(pair.first); };
      const auto sorted = rdd.sortByKey(false, n, bySize);
      EXPECT_EQ(sorted.collect(), stablySorted(parts, keyOf, false));
      EXPECT_EQ(sorted.getNumPartitions(), static_cast<std::size_t>(n));
    }
  }
}

TEST(Sort, OfCachedShuffledAndSortedRDDs) {
  const auto pairs = numbered(someNumbers(2000));
  const auto rdd = context().parallelize(pairs, 5);
  const auto cached = rdd.filter([](const auto& pair) { return pair.second % 3 != 0; }).cache();
  const auto expected = stablySorted(slices(cached.collect(), 1), firstOf, true);
  EXPECT_EQ(cached.sortByKey(true, 3).collect(), expected);
  EXPECT_EQ(cached.sortByKey(true, 3).collect(), expected);
  const auto sorted = cached.sortByKey(true, 4).cache();
  EXPECT_EQ(sorted.count(), static_cast<std::int64_t>(expected.size()));
  EXPECT_EQ(sorted.collect(), expected);

  const auto shuffled = rdd.partitionBy(3);
  EXPECT_EQ(shuffled.sortByKey(false, 2).collect(), stablySorted(partsOf(shuffled), firstOf, false));
  const auto byPlace = rdd.sortByKey(true, 3).sortBy([](const auto& pair) { return pair.second; }, true, 2);
  EXPECT_EQ(byPlace.collect(), pairs);
  const auto twice = rdd.sortBy([](const auto& pair) { return -pair.second; }, true, 3).sortByKey(true, 4);
  EXPECT_EQ(
      twice.collect(),
      stablySorted(
          slices(
              Context::current()->parallelize(pairs, 1).sortBy([](const auto& pair) { return -pair.second; }).collect(),
              1),
          firstOf, true));
}

TEST(Sort, PartOfASortedRDD) {
  const auto numbers = someNumbers(3000);
  const auto sorted = context().parallelize(numbers, 4).sortBy(std::identity(), true, 5);
  Numbers expected = numbers;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(sorted.take(7), Numbers(expected.begin(), expected.begin() + 7));
  EXPECT_EQ(sorted.zipWithIndex().values().max(), 2999);
  EXPECT_EQ(sorted.first(), expected.front());
}

TEST(Sort, FunctionThatThrowsIsATaskErrorAndTheContextGoesOn) {
  const auto rdd = context().range(0, 1000, 1, 4);
  const auto sorted = rdd.sortBy([](std::int64_t x) {
    if (x == 700) throw std::runtime_error("no key for 700");
    return -x;
  });
  const auto line = __LINE__ - 4;
  for (int tries = 0; tries < 2; ++tries) {
    const auto message = messageOf<TaskError>([&] { sorted.collect(); });
    EXPECT_NE(message.find("no key for 700"), std::string::npos) << message;
    EXPECT_NE(message.find("sortBy at " + callSite(static_cast<std::uint32_t>(line))), std::string::npos) << message;
  }
  EXPECT_EQ(rdd.sortBy(std::negate<>(), true, 3).first(), 999);
}

TEST(Sort, FewerThanOnePartitionThrows) {
  const auto rdd = context().parallelize(numbered(Numbers{1, 2}), 2);
  EXPECT_THROW(rdd.sortByKey(true, 0), std::invalid_argument);
  EXPECT_THROW(rdd.sortBy(firstOf, false, -1), std::invalid_argument);
}

// --- within partitions

struct ByRemainder {
  std::size_t partitions = 1;
  std::size_t numPartitions() const { return partitions; }
  std::size_t getPartition(std::int64_t key) const {
    return static_cast<std::size_t>(std::abs(key % 1000)) % partitions;
  }
};

TEST(Sort, RepartitionAndSortWithinPartitions) {
  for (const auto& parts : {slices(numbered(someNumbers(3000)), 3), skewed(numbered(someNumbers(900))), {{}, {}}}) {
    const auto rdd = rddOf(parts);
    for (const std::int64_t n : partitionCounts) {
      const ByRemainder partitioner{static_cast<std::size_t>(n)};
      for (const bool ascending : {true, false}) {
        std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> expected(partitioner.partitions);
        for (const auto& pair : stablySorted(parts, firstOf, ascending)) {
          expected[partitioner.getPartition(pair.first)].push_back(pair);
        }
        const auto sorted = rdd.repartitionAndSortWithinPartitions(partitioner, ascending);
        EXPECT_EQ(partsOf(sorted), expected);
        ASSERT_TRUE(sorted.partitioner());
        EXPECT_EQ(sorted.partitioner()->numPartitions(), partitioner.partitions);
      }
    }
  }
}

TEST(Sort, WithinOneAndWithManyPartitions) {
  const auto parts = slices(numbered(someNumbers(12'000)), 3);
  for (const std::size_t n : {1U, 1000U}) {
    const ByRemainder partitioner{n};
    std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> expected(n);
    for (const auto& pair : stablySorted(parts, firstOf, true)) {
      expected[partitioner.getPartition(pair.first)].push_back(pair);
    }
    EXPECT_TRUE(partsOf(rddOf(parts).repartitionAndSortWithinPartitions(partitioner)) == expected);
  }
}

}  // namespace
}  // namespace seltzer::test
