#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>

#include "fixture.hpp"
#include "limited_memory.hpp"

namespace seltzer::test {
namespace {

/// Keys of which eight have one hash.
struct Colliding {
  std::int64_t value = 0;
  friend bool operator==(const Colliding&, const Colliding&) = default;
};

}  // namespace
}  // namespace seltzer::test

template <>
struct seltzer::Hash<seltzer::test::Colliding> {
  std::uint64_t operator()(const test::Colliding& key) const {
    return static_cast<std::uint64_t>(key.value / 8) * 0x9e3779b97f4a7c15u;
  }
};

namespace seltzer::test {
namespace {

constexpr std::size_t noLimit = ~std::size_t{0};
constexpr std::size_t limits[] = {20'000, 60'000, 150'000};

std::uint64_t spilledBytes() {
  return context().stats().total[Phase::spillWrite].bytes;
}

template <class K>
K keyOf(std::int64_t number) {
  if constexpr (std::is_same_v<K, std::string>) {
    return "key " + std::to_string(number) + std::string(static_cast<std::size_t>(number % 30), '.');
  } else {
    return K{number};
  }
}

/// About `count` pairs with random keys of [first, first + keys) and, among them, about `frequent` of one key.
template <class K>
std::vector<std::pair<K, std::string>> randomPairs(std::int64_t first, std::int64_t keys, std::size_t count,
                                                   std::size_t frequent, std::mt19937_64& random) {
  std::vector<std::pair<K, std::string>> pairs;
  for (std::size_t i = 0; i < count + frequent; ++i) {
    const bool isFrequent = random() % (count + frequent) < frequent;
    const auto number = first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(keys));
    pairs.emplace_back(keyOf<K>(isFrequent ? 77 : number), std::to_string(i) + std::string(random() % 60, 'v'));
  }
  return pairs;
}

/// Two partitioned RDDs that share half of their keys. One more key is on both sides, and so frequent on the right that
/// its values alone exceed the smaller limits.
template <class K>
struct Inputs {
  std::mt19937_64 random{seed()};
  RDD<std::pair<K, std::string>> left =
      context().parallelize(randomPairs<K>(0, 3000, 6000, 20, random), 3).partitionBy(2);
  RDD<std::pair<K, std::string>> right =
      context().parallelize(randomPairs<K>(1500, 3000, 5000, 2500, random), 4).partitionBy(2);
};

/// Expects the same elements of `rdd` in the same order with any limit, and that the last operation itself spills.
template <class T>
void expectSameWithAnyLimit(const RDD<T>& rdd, std::span<const std::size_t> limitsThatSpill = limits) {
  const auto expected = [&rdd] {
    const LimitedMemory memory(noLimit);
    return partsOf(rdd);
  }();
  for (const std::size_t limit : limitsThatSpill) {
    SCOPED_TRACE(testing::Message() << "limit " << limit << ", seed " << seed());
    const LimitedMemory memory(limit);
    EXPECT_TRUE(partsOf(rdd) == expected);
    const std::uint64_t before = spilledBytes();  // the inputs, which wait as blocks of shuffles
    EXPECT_EQ(rdd.count(), static_cast<std::int64_t>(joined(expected).size()));
    EXPECT_GT(spilledBytes() - before, 50'000u);
    const auto all = joined(expected);
    const std::vector<T> first(all.begin(), all.begin() + 3);
    EXPECT_TRUE(rdd.take(3) == first);
  }
}

TEST(JoinSpill, JoinsAreTheSame) {
  const Inputs<std::string> inputs;
  expectSameWithAnyLimit(inputs.left.join(inputs.right));
  expectSameWithAnyLimit(inputs.left.leftOuterJoin(inputs.right));
  expectSameWithAnyLimit(inputs.left.rightOuterJoin(inputs.right));
  expectSameWithAnyLimit(inputs.left.fullOuterJoin(inputs.right));
}

TEST(JoinSpill, SemiJoinsAreTheSame) {
  const Inputs<std::string> inputs;
  expectSameWithAnyLimit(inputs.left.leftSemiJoin(inputs.right), std::span(limits).first(2));
  expectSameWithAnyLimit(inputs.left.leftAntiJoin(inputs.right), std::span(limits).first(2));
}

TEST(JoinSpill, CogroupsAreTheSame) {
  const Inputs<std::string> inputs;
  const auto lengths =
      inputs.right.mapValues([](const std::string& text) { return static_cast<std::int64_t>(text.size()); });
  expectSameWithAnyLimit(inputs.left.cogroup(inputs.right));
  expectSameWithAnyLimit(lengths.cogroup(inputs.left, inputs.right));
}

TEST(JoinSpill, KeysOfOneHashAreToldApart) {
  const Inputs<Colliding> inputs;
  expectSameWithAnyLimit(inputs.left.fullOuterJoin(inputs.right));
}

/// Each key has values of about 7 kB, which fit into memory by themselves.
TEST(JoinSpill, LongListsAreTheSame) {
  constexpr std::size_t limitsForLists[] = {50'000, 300'000, 600'000};
  std::mt19937_64 random(seed());
  const auto left = context().parallelize(randomPairs<std::string>(0, 120, 500, 0, random), 3).partitionBy(2);
  const auto right = context().parallelize(randomPairs<std::string>(40, 120, 24'000, 0, random), 4).partitionBy(2);
  const auto lengths = [](const RDD<std::pair<std::string, std::pair<std::string, std::string>>>& product) {
    return product.mapValues([](const std::pair<std::string, std::string>& both) {
      return both.first.substr(0, 5) + both.second.substr(0, 6);
    });
  };
  expectSameWithAnyLimit(lengths(left.join(right)), limitsForLists);
  const auto whole = left.fullOuterJoin(right).map([](const auto& pair) {
    return std::pair(pair.second.first.has_value(), pair.second.second ? pair.second.second->size() : 0);
  });
  expectSameWithAnyLimit(whole, limitsForLists);
}

TEST(JoinSpill, SidesWithoutElements) {
  const Inputs<std::string> inputs;
  const auto none = inputs.left.filter([](const auto&) { return false; });
  const LimitedMemory memory(20'000);
  EXPECT_EQ(none.join(inputs.right).count(), 0);
  EXPECT_EQ(none.leftSemiJoin(inputs.right).count(), 0);
  EXPECT_EQ(none.fullOuterJoin(inputs.right).values().values().count(), inputs.right.count());
  EXPECT_EQ(inputs.left.leftAntiJoin(none).count(), inputs.left.count());
}

/// The product of a frequent key whose values take more than the memory: 2,000,000 pairs of 60 bytes.
TEST(JoinSpill, AKeyMayBeLargerThanMemoryInAJoin) {
  const auto pairs = context().range(0, 20'000, 1, 2).map([](std::int64_t i) {
    return std::pair(std::int64_t{5}, std::to_string(i) + std::string(50, '-'));
  });
  const auto few = context().range(0, 100, 1, 2).map([](std::int64_t i) { return std::pair(std::int64_t{5}, i); });
  const auto product = few.join(pairs, 1).mapValues([](const std::pair<std::int64_t, std::string>& both) {
    return both.first * 1'000'000 + std::stoll(both.second);
  });
  const LimitedMemory memory(200'000);
  EXPECT_EQ(product.values().sum(), 1'000'000ll * 20'000 * 4950 + 100ll * 199'990'000);
  const auto first = product.values().take(20'001);
  EXPECT_EQ(first[19'999], 19'999);
  EXPECT_EQ(first[20'000], 1'000'000);
}

/// A group must fit, unlike the values of a join.
TEST(JoinSpill, AGroupThatIsLargerThanMemoryIsNamed) {
  const auto pairs = context().range(0, 160'000, 1, 2).map([](std::int64_t i) {
    return std::pair(std::string(i % 16 == 0 ? "rare " + std::to_string(i) : "frequent"), i);
  });
  const LimitedMemory memory(1'000'000);
  const auto expectNamed = [](const auto& rdd, const std::string& operation) {
    try {
      rdd.count();
      FAIL() << "150,000 numbers are more than a mebibyte";
    } catch (const TaskError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("'frequent'"), std::string::npos) << text;
      EXPECT_NE(text.find("--seltzer-memory"), std::string::npos) << text;
      EXPECT_EQ(error.failure().operation, operation) << text;
      EXPECT_EQ(error.failure().partition, 0u) << text;
    }
  };
  expectNamed(pairs.groupByKey(1), "groupByKey");
  expectNamed(pairs.cogroup(pairs, 1), "cogroup");
  EXPECT_EQ(pairs.count(), 160'000);
  EXPECT_EQ(pairs.join(pairs.filter([](const auto& pair) { return pair.second == 1; }), 1).count(), 150'000);
}

}  // namespace
}  // namespace seltzer::test
