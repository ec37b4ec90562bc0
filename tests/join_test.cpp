#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "limited_memory.hpp"

namespace seltzer::test {
namespace {

using View = std::string_view;
using Right = std::pair<std::string, std::int64_t>;
using Rights = std::vector<std::vector<Right>>;

struct Sides {
  const char* name;
  Words left;
  Rights right;
};

Words lefts(const std::vector<std::string>& keys, std::int64_t partitions) {
  std::vector<Word> words;
  for (const auto& key : keys) words.emplace_back(key, "v" + std::to_string(words.size()));
  return slices(words, partitions);
}
Rights rights(const std::vector<std::string>& keys, std::int64_t partitions) {
  std::vector<Right> pairs;
  for (const auto& key : keys) pairs.emplace_back(key, -static_cast<std::int64_t>(pairs.size()));
  return slices(pairs, partitions);
}

const std::vector<Sides>& sides() {
  static const auto all = [] {
    std::mt19937_64 random(seed());
    const auto some = randomStrings(700, random);
    const auto others = randomStrings(500, random);
    const std::vector<std::string> same(1200, "only");
    auto frequent = some;
    for (auto& key : frequent) {
      if (random() % 10 != 0) key = "frequent";
    }
    std::vector<std::string> few(others.begin(), others.begin() + 20);
    few.insert(few.end(), {"frequent", "frequent", "", "frequent"});
    std::vector<std::string> foreign;
    for (const auto& key : others) foreign.push_back("!" + key);
    return std::vector<Sides>{
        {"none and none", lefts({}, 2), rights({}, 3)},
        {"none and some", lefts({}, 2), rights(others, 3)},
        {"some and none", lefts(some, 3), rights({}, 1)},
        {"some and others", lefts(some, 3), rights(others, 4)},
        {"nothing in common", lefts(some, 2), rights(foreign, 2)},
        {"one key, many and few", lefts(same, 3), rights({"only", "only", "other", "only"}, 4)},
        {"one key, few and many", lefts({"only", "lonely", "only"}, 3), rights(same, 4)},
        {"a frequent key", lefts(frequent, 5), rights(few, 2)},
        {"uneven partitions", skewed(lefts(some, 1).front()), skewed(rights(few, 1).front())},
    };
  }();
  return all;
}

/// Calls `body(sides, left, right, n)` for all sides and each number of result partitions.
template <class Body>
void forSides(Body body) {
  for (const Sides& each : sides()) {
    const RDD<Word> left = rddOf(each.left);
    const RDD<Right> right = rddOf(each.right);
    for (const std::int64_t n : partitionCounts) {
      SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << each.name << ", " << n << " partitions");
      body(each, left, right, n);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

/// For each pair of `streamed`, in order: `found(key, value, other)` for each value that the key has in `kept`, or
/// `missing(key, value)`.
template <class A, class B, class Found, class Missing>
void forMatches(const std::vector<std::vector<std::pair<std::string, A>>>& streamed,
                const std::vector<std::vector<std::pair<std::string, B>>>& kept, Found found, Missing missing) {
  std::map<std::string, std::vector<B>> others;
  for (const auto& [key, value] : joined(kept)) others[key].push_back(value);
  for (const auto& [key, value] : joined(streamed)) {
    const auto at = others.find(key);
    if (at == others.end()) {
      missing(key, value);
    } else {
      for (const B& other : at->second) found(key, value, other);
    }
  }
}

const auto ignore = [](const auto&...) {};

TEST(Join, InnerGivesAllPairsInTheLeftOnesOrder) {
  forSides([](const Sides& both, const auto& left, const auto& right, std::int64_t n) {
    using Out = std::pair<std::string, std::pair<std::string, std::int64_t>>;
    std::vector<Out> expected;
    forMatches(
        both.left, both.right,
        [&](auto& k, auto& v, auto& w) {
          expected.push_back({k, {v, w}});
        },
        ignore);
    expectSpread<std::less<>, Out>(partsOf(left.join(right, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(Join, LeftOuterKeepsAllOfTheLeft) {
  forSides([](const Sides& both, const auto& left, const auto& right, std::int64_t n) {
    using Out = std::pair<std::string, std::pair<std::string, std::optional<std::int64_t>>>;
    std::vector<Out> expected;
    forMatches(
        both.left, both.right,
        [&](auto& k, auto& v, auto& w) {
          expected.push_back({k, {v, w}});
        },
        [&](auto& k, auto& v) {
          expected.push_back({k, {v, std::nullopt}});
        });
    expectSpread<std::less<>, Out>(partsOf(left.leftOuterJoin(right, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(Join, RightOuterKeepsAllOfTheRightInItsOrder) {
  forSides([](const Sides& both, const auto& left, const auto& right, std::int64_t n) {
    using Out = std::pair<std::string, std::pair<std::optional<std::string>, std::int64_t>>;
    std::vector<Out> expected;
    forMatches(
        both.right, both.left,
        [&](auto& k, auto& w, auto& v) {
          expected.push_back({k, {v, w}});
        },
        [&](auto& k, auto& w) {
          expected.push_back({k, {std::nullopt, w}});
        });
    expectSpread<std::less<>, Out>(partsOf(left.rightOuterJoin(right, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(Join, FullOuterHasTheRightsLonelyKeysLast) {
  forSides([](const Sides& both, const auto& left, const auto& right, std::int64_t n) {
    using Out = std::pair<std::string, std::pair<std::optional<std::string>, std::optional<std::int64_t>>>;
    std::vector<Out> expected;
    forMatches(
        both.left, both.right,
        [&](auto& k, auto& v, auto& w) {
          expected.push_back({k, {v, w}});
        },
        [&](auto& k, auto& v) {
          expected.push_back({k, {v, std::nullopt}});
        });
    std::map<std::string, bool> known;
    for (const Word& word : joined(both.left)) known[word.first] = true;
    for (const auto& [key, values] : valuesByKey(both.right)) {
      if (known.contains(key)) continue;
      for (const std::int64_t value : joined(values)) expected.push_back({key, {std::nullopt, value}});
    }
    expectSpread<std::less<>, Out>(partsOf(left.fullOuterJoin(right, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(Join, SemiAndAntiSplitTheLeft) {
  forSides([](const Sides& both, const auto& left, const auto& right, std::int64_t n) {
    std::map<std::string, bool> known;
    for (const Right& pair : joined(both.right)) known[pair.first] = true;
    std::vector<Word> semi, anti;
    for (const Word& word : joined(both.left)) (known.contains(word.first) ? semi : anti).push_back(word);
    const auto partitions = static_cast<std::size_t>(n);
    expectSpread(partsOf(left.leftSemiJoin(right, n)), semi, partitions);
    expectSpread(partsOf(left.leftAntiJoin(right, n)), anti, partitions);
    expectSpread(partsOf(left.subtractByKey(right, n)), anti, partitions);
    expectSpread(partsOf(left.subtractByKey(right)), anti, both.left.size());
  });
}

TEST(Join, SaidNothingTheLargestParentDecides) {
  const RDD<Word> left = rddOf(sides()[3].left);
  const RDD<Right> right = rddOf(sides()[3].right);
  EXPECT_EQ(left.join(right).getNumPartitions(), 4u);
  EXPECT_EQ(left.leftSemiJoin(right).getNumPartitions(), 4u);
  EXPECT_EQ(left.subtractByKey(right).getNumPartitions(), 3u);
  const auto partitioned = left.partitionBy(2);
  EXPECT_EQ(partitioned.join(right).getNumPartitions(), 2u) << "one that is partitioned comes before a larger one";
  EXPECT_EQ(right.join(partitioned).getNumPartitions(), 2u);
  EXPECT_EQ(partitioned.join(right.partitionBy(5)).getNumPartitions(), 5u) << "the larger of two";
  EXPECT_EQ(right.partitionBy(5).join(partitioned).getNumPartitions(), 5u);
  EXPECT_EQ(partsOf(left.join(right)), partsOf(left.join(right, 4)));
  EXPECT_EQ(partsOf(partitioned.join(right)), partsOf(left.join(right, 2)));
}

TEST(Join, WithNoPartitions) {
  const RDD<Word> left = rddOf(sides()[3].left);
  const auto none = context().emptyRDD<Right>();
  EXPECT_EQ(left.join(none).count(), 0);
  EXPECT_EQ(left.leftOuterJoin(none).count(), left.count());
  EXPECT_EQ(none.rightOuterJoin(left).count(), left.count());
  EXPECT_EQ(none.fullOuterJoin(none).collect().size(), 0u);
  EXPECT_EQ(none.join(none).getNumPartitions(), 0u);
  EXPECT_EQ(none.subtractByKey(left).getNumPartitions(), 0u);
  EXPECT_EQ(none.subtractByKey(left).count(), 0);
  EXPECT_THROW(left.join(none, 0), std::invalid_argument);
}

TEST(Join, WithItself) {
  for (const std::int64_t n : partitionCounts) {
    const Words& words = sides()[3].left;
    const RDD<Word> rdd = rddOf(words);
    using Out = std::pair<std::string, std::pair<std::string, std::string>>;
    std::vector<Out> expected;
    forMatches(
        words, words,
        [&](auto& k, auto& v, auto& w) {
          expected.push_back({k, {v, w}});
        },
        ignore);
    expectSpread<std::less<>, Out>(partsOf(rdd.join(rdd, n)), expected, static_cast<std::size_t>(n));
    const auto partitioned = rdd.partitionBy(n);
    expectSpread<std::less<>, Out>(partsOf(partitioned.join(partitioned)), expected, static_cast<std::size_t>(n));
  }
}

TEST(Join, BorrowedSidesAreOwned) {
  const Sides& both = sides()[3];
  const auto left =
      rddOf(both.left).map([](const Word& word) { return std::pair<View, View>(word.first, word.second); });
  const auto right = rddOf(both.right).map([](const Right& pair) { return std::pair<View, std::int64_t>(pair); });
  const RDD<std::pair<std::string, std::pair<std::string, std::int64_t>>> inner = left.join(right, 3);
  EXPECT_EQ(partsOf(inner), partsOf(rddOf(both.left).join(rddOf(both.right), 3)));
  EXPECT_EQ(partsOf(left.rightOuterJoin(right, 3)), partsOf(rddOf(both.left).rightOuterJoin(rddOf(both.right), 3)));
  EXPECT_EQ(partsOf(left.fullOuterJoin(right, 3)), partsOf(rddOf(both.left).fullOuterJoin(rddOf(both.right), 3)));
  EXPECT_EQ(partsOf(left.leftSemiJoin(right, 3)), partsOf(rddOf(both.left).leftSemiJoin(rddOf(both.right), 3)));
}

/// One side's keys are views, the other's strings; their owned types are the same.
TEST(Join, BorrowedKeysMeetOwnedOnes) {
  static constexpr std::array<std::string_view, 3> words = {"a", "bb", "ccc"};
  const auto number = [](std::int64_t i) { return words[static_cast<std::size_t>(i % 3)]; };
  const auto borrowed = context().range(0, 9, 1, 3).keyBy(trusted(number));
  const auto owned =
      context().range(0, 2, 1, 2).map([](std::int64_t i) { return std::pair(std::string(words[i]), i); });
  EXPECT_EQ(borrowed.join(owned).count(), 6);
  EXPECT_EQ(owned.leftOuterJoin(borrowed).count(), 6);
  EXPECT_EQ(borrowed.subtractByKey(owned).count(), 3);
  EXPECT_EQ(borrowed.cogroup(owned, owned).count(), 3);
}

/// 3000 x 3000 pairs of one key: `count` and `take` must not hold the nine million results.
TEST(Join, OneHotKeyDoesNotBuildItsProduct) {
  const auto left = context().range(0, 3000, 1, 4).map([](std::int64_t i) { return std::pair(std::int64_t{7}, i); });
  const auto product = left.join(left, 3);
  const auto spilled = [] { return context().stats().total[Phase::spillWrite].bytes; };
  const std::uint64_t before = spilled();
  const LimitedMemory memory(std::size_t{20} << 20);
  EXPECT_EQ(product.count(), 9'000'000);
  EXPECT_LT(spilled() - before, std::uint64_t{20} << 20) << "the product has 216 MB";
  const auto first = product.take(3001);
  ASSERT_EQ(first.size(), 3001u);
  EXPECT_EQ(first[2999].second, std::pair(std::int64_t{0}, std::int64_t{2999}));
  EXPECT_EQ(first[3000].second, std::pair(std::int64_t{1}, std::int64_t{0}));
}

/// Elements that are passed on may be moved from, but not those of a cached side.
TEST(Join, CachedSidesAreNotChanged) {
  const Sides& both = sides()[3];
  const auto left = rddOf(both.left).partitionBy(3).cache();
  const auto right = rddOf(both.right).partitionBy(3).cache();
  const auto expected = partsOf(rddOf(both.left).join(rddOf(both.right), 3));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(partsOf(left.join(right).map([](auto&& pair) { return std::move(pair); })), expected);
    EXPECT_EQ(left.leftSemiJoin(right).count() + left.leftAntiJoin(right).count(), left.count());
  }
  EXPECT_EQ(partsOf(left), partsOf(rddOf(both.left).partitionBy(3)));
}

}  // namespace
}  // namespace seltzer::test
