#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using View = std::string_view;
using Small = std::pair<std::string, std::int64_t>;

/// Pairs with keys below 300, many of them several times; of these keys, `smallOf` has those from 150 on.
Words wordsOf(std::size_t count, std::int64_t partitions, std::mt19937_64& random) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < count; ++i) words.emplace_back(std::to_string(random() % 300), "v" + std::to_string(i));
  return slices(words, partitions);
}

std::vector<Small> smallOf(std::size_t count, std::mt19937_64& random) {
  std::vector<Small> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    pairs.emplace_back(std::to_string(random() % 200 + 150), static_cast<std::int64_t>(i));
  }
  return pairs;
}

/// `add(results, word, values)` for each pair, by partition; `values` are those that its key has in `small`.
template <class Out, class Add>
std::vector<std::vector<Out>> expectedParts(const Words& words, const std::vector<Small>& small, Add add) {
  std::map<std::string, std::vector<std::int64_t>> values;
  for (const auto& [key, value] : small) values[key].push_back(value);
  std::vector<std::vector<Out>> parts;
  for (const auto& part : words) {
    parts.emplace_back();
    for (const Word& word : part) {
      const auto found = values.find(word.first);
      add(parts.back(), word, found == values.end() ? std::vector<std::int64_t>() : found->second);
    }
  }
  return parts;
}

TEST(BroadcastJoin, GivesTheMatchesInTheOrderOfTheLeftSide) {
  using Inner = std::pair<std::string, std::pair<std::string, std::int64_t>>;
  using Outer = std::pair<std::string, std::pair<std::string, std::optional<std::int64_t>>>;
  std::mt19937_64 random(seed());
  for (const std::int64_t partitions : partitionCounts) {
    for (const std::size_t left : {0UL, 1000UL}) {
      for (const std::size_t right : {0UL, 1UL, 400UL}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << left << " pairs in " << partitions
                                        << " partitions, " << right << " pairs");
        const Words words = wordsOf(left, partitions, random);
        const std::vector<Small> pairs = smallOf(right, random);
        const auto rdd = rddOf(words);
        const auto small = context().parallelize(pairs, 3);
        EXPECT_EQ(partsOf(rdd.broadcastJoin(small)),
                  (expectedParts<Inner>(words, pairs, [](auto& results, const Word& word, const auto& values) {
                    for (const std::int64_t value : values) results.push_back({word.first, {word.second, value}});
                  })));
        EXPECT_EQ(partsOf(rdd.broadcastLeftOuterJoin(small)),
                  (expectedParts<Outer>(words, pairs, [](auto& results, const Word& word, const auto& values) {
                    if (values.empty()) results.push_back({word.first, {word.second, std::nullopt}});
                    for (const std::int64_t value : values) results.push_back({word.first, {word.second, value}});
                  })));
        EXPECT_EQ(partsOf(rdd.broadcastLeftSemiJoin(small)),
                  (expectedParts<Word>(words, pairs, [](auto& results, const Word& word, const auto& values) {
                    if (!values.empty()) results.push_back(word);
                  })));
        EXPECT_EQ(partsOf(rdd.broadcastLeftAntiJoin(small)),
                  (expectedParts<Word>(words, pairs, [](auto& results, const Word& word, const auto& values) {
                    if (values.empty()) results.push_back(word);
                  })));
      }
    }
  }
}

TEST(BroadcastJoin, IsTheJoinInAnotherOrder) {
  std::mt19937_64 random(seed());
  const auto rdd = rddOf(wordsOf(2000, 5, random));
  const auto small = context().parallelize(smallOf(500, random), 2);
  const auto sorted = [](auto pairs) {
    std::ranges::sort(pairs);
    return pairs;
  };
  EXPECT_EQ(sorted(rdd.broadcastJoin(small).collect()), sorted(rdd.join(small).collect()));
  EXPECT_EQ(sorted(rdd.broadcastLeftOuterJoin(small).collect()), sorted(rdd.leftOuterJoin(small).collect()));
}

TEST(BroadcastJoin, KeepsThePartitioner) {
  std::mt19937_64 random(seed());
  const auto partitioned = rddOf(wordsOf(500, 2, random)).partitionBy(4).cache();
  const auto joined = partitioned.broadcastJoin(context().parallelize(smallOf(100, random), 2));
  EXPECT_EQ(joined.getNumPartitions(), 4U);
  EXPECT_EQ(joined.partitioner(), partitioned.partitioner());
}

TEST(BroadcastJoin, BorrowedSidesAreOwned) {
  std::mt19937_64 random(seed());
  const Words words = wordsOf(700, 3, random);
  const std::vector<Small> pairs = smallOf(300, random);
  const auto rdd = rddOf(words);
  const auto small = context().parallelize(pairs, 2);
  const auto left = rdd.map([](const Word& word) { return std::pair<View, View>(word.first, word.second); });
  const auto right = small.map([](const Small& pair) { return std::pair<View, std::int64_t>(pair); });
  EXPECT_EQ(partsOf(left.broadcastJoin(right)), partsOf(rdd.broadcastJoin(small)));
  EXPECT_EQ(partsOf(left.broadcastLeftSemiJoin(right)), partsOf(rdd.broadcastLeftSemiJoin(small)));
}

/// The small side is computed once, when the first job needs it.
TEST(BroadcastJoin, IsLazyAndComputesTheSmallSideOnce) {
  const auto computed = context().accumulator(std::int64_t{0});
  std::mt19937_64 random(seed());
  const auto rdd = rddOf(wordsOf(300, 3, random));
  const auto small = context().parallelize(smallOf(50, random), 2).map([computed](const Small& pair) {
    computed.add(1);
    return pair;
  });
  for (int round = 0; round < 20; ++round) {
    const std::int64_t before = computed.value();
    const auto joined = rdd.broadcastJoin(small).mapValues([](const auto& values) { return values.second; });
    EXPECT_EQ(computed.value(), before);
    const auto first = joined.collect();
    EXPECT_EQ(computed.value(), before + 50);
    EXPECT_EQ(joined.collect(), first);
    EXPECT_EQ(computed.value(), before + 50);
  }
}

/// A join that is read inside itself: its table is looked at again while it is being looked at.
TEST(BroadcastJoin, ReadInsideItself) {
  const std::int64_t size = 2048;  // two full batches
  const auto rdd = context().range(0, size, 1, 1).map([](std::int64_t i) { return std::pair(i, i); });
  const auto joined = rdd.broadcastJoin(rdd.mapValues([](std::int64_t i) { return 7 * i; }));
  const auto isRight = [](const auto& pair) {
    return pair.second.first == pair.first && pair.second.second == 7 * pair.first;
  };
  const auto pairs = joined.cartesian(joined);
  EXPECT_EQ(pairs.filter([isRight](const auto& both) { return isRight(both.first) && isRight(both.second); }).count(),
            size * size);
  const auto outer = rdd.broadcastLeftOuterJoin(rdd.filter([](const auto& pair) { return pair.first % 2 == 0; }));
  const auto odd = outer.filter([](const auto& pair) { return pair.first % 2 == 1; });
  const auto even = outer.filter([](const auto& pair) { return pair.first % 2 == 0; });
  EXPECT_EQ(odd.zip(even)
                .filter([](const auto& both) {
                  return !both.first.second.second && both.second.second.second == both.second.first &&
                         both.first.first == both.second.first + 1;
                })
                .count(),
            size / 2);
}

TEST(BroadcastJoin, AFailureOfTheSmallSideFailsEachJob) {
  const auto rdd = context().parallelize(std::vector<Small>{{"a", 1}}, 1);
  const auto failing = context().parallelize(std::vector<Small>{{"a", 1}}, 1).map([](const Small& pair) -> Small {
    if (pair.second == 1) throw std::runtime_error("no such site");
    return pair;
  });
  const auto joined = rdd.broadcastJoin(failing);
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      joined.count();
      FAIL() << "the small side cannot be computed";
    } catch (const TaskError& error) {
      EXPECT_NE(std::string(error.what()).find("no such site"), std::string::npos) << error.what();
      EXPECT_EQ(error.failure().operation, "map");
    }
  }
}

TEST(BroadcastJoin, OfTwoSmallSides) {
  std::mt19937_64 random(seed());
  const auto rdd = context().range(0, 5000, 1, 4).map([](std::int64_t i) { return std::pair(i % 97, i); });
  const auto squares = context().range(0, 60, 1, 2).map([](std::int64_t i) { return std::pair(i, i * i); });
  const auto joined = rdd.broadcastJoin(squares).broadcastLeftAntiJoin(
      context().range(0, 30, 1, 2).map([](std::int64_t i) { return std::pair(i, i); }));
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < 5000; ++i) {
    if (i % 97 < 60 && i % 97 >= 30) expected += i + (i % 97) * (i % 97);
  }
  EXPECT_EQ(joined.map([](const auto& pair) { return pair.second.first + pair.second.second; }).sum(), expected);
}

}  // namespace
}  // namespace seltzer::test
