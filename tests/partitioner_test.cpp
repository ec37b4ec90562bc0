#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>

#include "fixture.hpp"
#include "modulo.hpp"

namespace seltzer::test {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;

RDD<Pair> somePairs(std::int64_t partitions) {
  return context().range(0, 500, 1, partitions).map([](std::int64_t x) { return Pair(x * x % 41 - 20, x); });
}

// --- where keys go

TEST(Partitioner, AllOperationsPutAKeyIntoTheSamePartition) {
  const RDD<Word> rdd = rddOf(wordInputs()[3].second);
  for (const std::int64_t n : partitionCounts) {
    const auto placement = placementOf(partsOf(rdd.partitionBy(n)));
    const auto agrees = [&](const auto& other) { EXPECT_EQ(placementOf(partsOf(other)), placement); };
    agrees(rdd.partitionBy(HashPartitioner(n)));
    agrees(rdd.reduceByKey(std::plus<>(), n));
    agrees(rdd.foldByKey("", std::plus<>(), n));
    agrees(rdd.groupByKey(n));
    agrees(rdd.join(rdd, n));
    agrees(rdd.rightOuterJoin(rdd, n));
    agrees(rdd.cogroup(rdd, n));
    agrees(rdd.leftSemiJoin(rdd, n));
    agrees(rdd.coalesce(2).map([](const Word& word) { return word; }).groupByKey(n));
    agrees(rdd.map([](const Word& word) { return std::pair<std::string_view, std::int64_t>(word.first, 1); })
               .reduceByKey(std::plus<>(), n));
    agrees(rdd.keys().distinct(n).map([](const std::string& key) { return Word(key, ""); }));
  }
}

TEST(Partitioner, PartitionByKeepsTheOrderWithinEach) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    expectSpread(partsOf(rdd.partitionBy(n)), joined(words), static_cast<std::size_t>(n));
  });
}

/// A user's partitioner with a member that has to be serialized.
struct Listed {
  std::map<std::string, std::size_t> partitions;
  std::size_t numPartitions() const { return 3; }
  std::size_t getPartition(const std::string& key) const {
    const auto at = partitions.find(key);
    return at == partitions.end() ? 2 : at->second;
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& partitions;
  }
};

TEST(Partitioner, OnesOwnDecides) {
  std::vector<std::vector<Pair>> expected(5);
  for (const Pair& pair : somePairs(3).collect())
    expected[static_cast<std::size_t>((pair.first + 20) % 5)].push_back(pair);
  EXPECT_EQ(partsOf(somePairs(3).partitionBy(Modulo{5})), expected);
  const auto sums = partsOf(somePairs(3).reduceByKey(std::plus<>(), Modulo{5}));
  for (std::size_t p = 0; p < 5; ++p) {
    for (const Pair& pair : sums[p]) EXPECT_EQ(Modulo{5}.getPartition(pair.first), static_cast<std::int64_t>(p));
  }
  EXPECT_EQ(partsOf(somePairs(3).join(somePairs(2), Modulo{5})).size(), 5u);
}

TEST(Partitioner, OnesOwnWithSerializedState) {
  const Words& words = wordInputs()[5].second;
  const Listed listed{{{"frequent", 0}, {"", 1}}};
  std::vector<std::vector<Word>> expected(3);
  for (const Word& word : joined(words)) expected[listed.getPartition(word.first)].push_back(word);
  EXPECT_EQ(partsOf(rddOf(words).partitionBy(listed)), expected);
  const auto views = rddOf(words).map(
      [](const Word& word) { return std::pair<std::string_view, std::string_view>(word.first, word.second); });
  EXPECT_EQ(partsOf(views.partitionBy(listed)), expected);
}

struct Outside {
  std::int64_t index;
  int numPartitions() const { return 4; }
  std::int64_t getPartition(std::int64_t key) const { return key == 5 ? index : 0; }
};

TEST(Partitioner, AnIndexOutsideFailsTheTaskAndIsNamed) {
  for (const std::int64_t index : {-1, 4, 1'000'000}) {
    const int line = __LINE__ + 1;
    const auto broken = somePairs(3).partitionBy(Outside{index});
    const std::string message = messageOf<TaskError>([&] { broken.count(); });
    EXPECT_NE(message.find("returned " + std::to_string(index) + " for a key, which is not from 0 to 3"),
              std::string::npos)
        << message;
    EXPECT_NE(message.find("partitionBy at " + callSite(line)), std::string::npos) << message;
    EXPECT_THROW(somePairs(3).reduceByKey(std::plus<>(), Outside{index}).count(), TaskError);
    EXPECT_EQ(somePairs(3).count(), 500);
  }
}

TEST(Partitioner, ASizeBelowOneThrows) {
  EXPECT_THROW(HashPartitioner(0), std::invalid_argument);
  EXPECT_THROW(HashPartitioner(-3), std::invalid_argument);
  EXPECT_THROW(somePairs(3).partitionBy(Modulo{0}), std::invalid_argument);
}

TEST(Partitioner, RangesByGivenBounds) {
  const std::vector<std::int64_t> bounds{-5, 3, 11};
  std::vector<std::vector<Pair>> expected(4);
  for (const Pair& pair : somePairs(3).collect()) {
    const auto bound = std::ranges::lower_bound(bounds, pair.first);
    expected[static_cast<std::size_t>(bound - bounds.begin())].push_back(pair);
  }
  const auto ranged = somePairs(3).partitionBy(RangePartitioner<std::int64_t>(bounds));
  EXPECT_EQ(partsOf(ranged), expected);
  EXPECT_EQ(ranged.partitioner()->numPartitions(), 4u);
  const auto down = partsOf(somePairs(3).partitionBy(RangePartitioner<std::int64_t>({11, 3, -5}, false)));
  std::vector<std::vector<Pair>> reversed(4);
  for (const Pair& pair : somePairs(3).collect()) {
    const std::int64_t k = pair.first;
    reversed[k >= 11 ? 0 : k >= 3 ? 1 : k >= -5 ? 2 : 3].push_back(pair);
  }
  EXPECT_EQ(down, reversed);
  EXPECT_THROW(RangePartitioner<std::int64_t>({3, 3}), std::invalid_argument);
  EXPECT_THROW(RangePartitioner<std::int64_t>({3, 2}), std::invalid_argument);
  EXPECT_THROW(RangePartitioner<std::int64_t>({2, 3}, false), std::invalid_argument);
  EXPECT_EQ(partsOf(somePairs(3).partitionBy(RangePartitioner<std::int64_t>({}))).size(), 1u);
}

// --- the partitioner that an RDD knows

template <class T, class U>
bool alike(const RDD<T>& a, const RDD<U>& b) {
  return a.partitioner() && b.partitioner() && *a.partitioner() == *b.partitioner();
}

TEST(Partitioner, OfEqualParametersAreEqual) {
  const auto rdd = somePairs(3);
  EXPECT_TRUE(alike(rdd.partitionBy(4), rdd.partitionBy(HashPartitioner(4))));
  EXPECT_TRUE(alike(rdd.partitionBy(4), somePairs(5).reduceByKey(std::plus<>(), 4)));
  EXPECT_FALSE(alike(rdd.partitionBy(4), rdd.partitionBy(5)));
  EXPECT_TRUE(alike(rdd.partitionBy(Modulo{4}), rdd.groupByKey(Modulo{4})));
  EXPECT_FALSE(alike(rdd.partitionBy(Modulo{4}), rdd.partitionBy(Modulo{5})));
  EXPECT_FALSE(alike(rdd.partitionBy(Modulo{4}), rdd.partitionBy(4)));
  using Range = RangePartitioner<std::int64_t>;
  EXPECT_TRUE(alike(rdd.partitionBy(Range({1, 2})), rdd.partitionBy(Range({1, 2}))));
  EXPECT_FALSE(alike(rdd.partitionBy(Range({1, 2})), rdd.partitionBy(Range({1, 3}))));
  EXPECT_FALSE(alike(rdd.partitionBy(Range({1})), rdd.partitionBy(Range({1}, false))));
  const auto texts = rdd.map([](const Pair& pair) { return std::pair(std::to_string(pair.first), pair.second); });
  EXPECT_FALSE(alike(rdd.partitionBy(4), texts.partitionBy(4))) << "of different keys";
}

TEST(Partitioner, IsCarriedByWhatKeepsTheKeys) {
  for (const auto& rdd : {somePairs(3).partitionBy(4), somePairs(3).reduceByKey(std::plus<>(), 4)}) {
    ASSERT_NE(rdd.partitioner(), nullptr);
    EXPECT_EQ(rdd.partitioner()->numPartitions(), 4u);
    EXPECT_TRUE(alike(rdd.filter([](const Pair&) { return true; }), rdd));
    EXPECT_TRUE(alike(rdd.mapValues([](std::int64_t x) { return x + 1; }), rdd));
    EXPECT_TRUE(alike(rdd.flatMapValues([](std::int64_t x) { return std::vector<std::int64_t>{x}; }), rdd));
    EXPECT_TRUE(alike(rdd.sample(false, 0.5), rdd));
    EXPECT_TRUE(alike(rdd.filter([](const Pair&) { return true; }).sample(true, 2).groupByKey(), rdd));
  }
  const auto rdd = somePairs(3);
  const auto by = rdd.partitionBy(4);
  EXPECT_TRUE(alike(rdd.join(rdd, 4), by));
  EXPECT_TRUE(alike(rdd.fullOuterJoin(rdd, 4), by));
  EXPECT_TRUE(alike(rdd.cogroup(rdd, rdd, 4), by));
  EXPECT_TRUE(alike(rdd.subtractByKey(rdd, 4), by));
  EXPECT_TRUE(alike(rdd.groupBy([](const Pair& pair) { return pair.first; }, 4), by));
  EXPECT_TRUE(alike(rdd.foldByKey(0, std::plus<>(), 4), by));
}

/// The user may declare that a function of whole partitions preserves keys.
TEST(Partitioner, IsCarriedByMapPartitionsThatPreserveIt) {
  const auto pairs = context().range(0, 100, 1, 3).map([](std::int64_t x) { return Pair(x % 10, x); }).partitionBy(4);
  const auto same = [](auto& elements) {
    std::vector<Pair> all;
    for (const Pair& pair : elements) all.push_back(pair);
    return all;
  };
  const auto indexed = [same](std::size_t, auto& elements) { return same(elements); };
  EXPECT_EQ(pairs.mapPartitions(same).partitioner(), nullptr);
  EXPECT_EQ(pairs.mapPartitionsWithIndex(indexed).partitioner(), nullptr);
  for (const auto& kept : {pairs.mapPartitions(same, true), pairs.mapPartitionsWithIndex(indexed, true)}) {
    EXPECT_EQ(kept.partitioner(), pairs.partitioner());
    EXPECT_EQ(partsOf(kept.reduceByKey(std::plus<>())), partsOf(pairs.reduceByKey(std::plus<>())));
  }
}

TEST(Partitioner, IsDroppedByWhatMayChangeKeys) {
  const auto rdd = somePairs(3).partitionBy(4);
  EXPECT_EQ(somePairs(3).partitioner(), nullptr);
  EXPECT_EQ(rdd.map([](const Pair& pair) { return pair; }).partitioner(), nullptr);
  EXPECT_EQ(rdd.keyBy([](const Pair& pair) { return pair.first; }).partitioner(), nullptr);
  EXPECT_EQ(rdd.flatMap([](const Pair& pair) { return std::vector<Pair>{pair}; }).partitioner(), nullptr);
  EXPECT_EQ(rdd.mapPartitions<Pair>([](auto& part, auto& emit) {
                 for (const Pair& pair : part) emit(pair);
               })
                .partitioner(),
            nullptr);
  EXPECT_EQ(rdd.collect([](const Pair& pair) { return std::optional(pair); }).partitioner(), nullptr);
  EXPECT_EQ(rdd.keys().partitioner(), nullptr);
  EXPECT_EQ(rdd.zipWithIndex().partitioner(), nullptr);
  EXPECT_EQ(rdd.union_(somePairs(2)).partitioner(), nullptr);
  EXPECT_EQ(rdd.union_(somePairs(2).partitionBy(3)).partitioner(), nullptr);
  EXPECT_EQ(rdd.cartesian(rdd).partitioner(), nullptr);
  EXPECT_EQ(rdd.coalesce(2).partitioner(), nullptr);
}

TEST(Partitioner, OfAnotherRDD) {
  const auto rdd = somePairs(3).partitionBy(Modulo{5});
  const auto other = somePairs(2).partitionBy(rdd.partitioner());
  EXPECT_TRUE(alike(other, rdd));
  EXPECT_EQ(partsOf(other), partsOf(rdd));
  EXPECT_TRUE(alike(somePairs(2).reduceByKey(std::plus<>(), rdd.partitioner()), rdd));
  EXPECT_THROW(somePairs(2).partitionBy(somePairs(3).partitioner()), std::invalid_argument) << "it has none";
  const RDD<Word> words = rddOf(wordInputs()[3].second);
  EXPECT_THROW(words.partitionBy(rdd.partitioner()), std::invalid_argument) << "it is for other keys";
}

// --- no needless shuffle

std::uint64_t written() {
  return context().stats().total[Phase::shuffleWrite].records;
}

/// The number of shuffles below an RDD, from its debug string.
template <class T>
std::size_t shufflesOf(const RDD<T>& rdd) {
  const std::string text = rdd.toDebugString();
  std::size_t count = 0;
  for (auto at = text.find("+-"); at != std::string::npos; at = text.find("+-", at + 1)) ++count;
  return count;
}

TEST(Partitioner, WhatIsPartitionedAsNeededIsNotShuffled) {
  const auto plain = somePairs(3);
  const auto rdd = plain.partitionBy(4);
  ASSERT_EQ(shufflesOf(rdd), 1u);
  rdd.count();
  const std::uint64_t before = written();
  EXPECT_EQ(rdd.partitionBy(4).toDebugString(), rdd.toDebugString()) << "it is the same RDD";
  const auto reduced = partsOf(rdd.reduceByKey(std::minus<>()));
  const auto reducedAgain = partsOf(rdd.filter([](const Pair&) { return true; }).reduceByKey(std::minus<>(), 4));
  const auto grouped = partsOf(rdd.groupByKey());
  const auto folded = partsOf(rdd.foldByKey(1, std::plus<>()));
  const auto self = partsOf(rdd.join(rdd.mapValues([](std::int64_t x) { return x + 1; })));
  const auto lists = partsOf(rdd.cogroup(rdd, rdd.filter([](const Pair& pair) { return pair.second > 9; })));
  const auto rest = partsOf(rdd.subtractByKey(rdd.filter([](const Pair& pair) { return pair.first > 9; })));
  EXPECT_EQ(written(), before) << "nothing of this needed a shuffle";
  EXPECT_EQ(shufflesOf(rdd.reduceByKey(std::minus<>())), 1u);
  EXPECT_EQ(shufflesOf(rdd.cogroup(rdd, rdd)), 3u) << "the one that rdd has, below each";

  EXPECT_EQ(grouped, partsOf(plain.groupByKey(4)));
  EXPECT_EQ(lists, partsOf(plain.cogroup(plain, plain.filter([](const Pair& pair) { return pair.second > 9; }), 4)));
  EXPECT_EQ(self, partsOf(plain.join(plain.mapValues([](std::int64_t x) { return x + 1; }), 4)));
  EXPECT_EQ(rest, partsOf(plain.subtractByKey(plain.filter([](const Pair& pair) { return pair.first > 9; }), 4)));
  EXPECT_EQ(reducedAgain, reduced);
  for (const auto& part : reduced) {
    for (const auto& [key, value] : part) {
      std::int64_t expected = 0;
      bool first = true;
      for (const Pair& pair : plain.filter([key = key](const Pair& other) { return other.first == key; }).collect()) {
        expected = first ? pair.second : expected - pair.second;
        first = false;
      }
      EXPECT_EQ(value, expected);
    }
  }
  EXPECT_EQ(joined(folded).size(), joined(grouped).size());
}

TEST(Partitioner, PairsThatAreEqualStandInOnePartition) {
  const auto few = [](const Pair& pair) { return Pair(pair.first, pair.second % 7); };
  const auto plain = somePairs(3).map(few);
  std::vector<Pair> all = plain.collect();
  std::sort(all.begin(), all.end());
  std::vector<Pair> once = all;
  once.erase(std::unique(once.begin(), once.end()), once.end());
  const auto isLow = [](const Pair& pair) { return pair.second < 3; };
  std::vector<Pair> low;
  std::copy_if(once.begin(), once.end(), std::back_inserter(low), isLow);
  std::vector<Pair> others;
  std::remove_copy_if(all.begin(), all.end(), std::back_inserter(others), isLow);
  const auto sorted = [](std::vector<Pair> pairs) {
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  };
  const auto check = [&](const RDD<Pair>& rdd) {
    rdd.count();
    const std::uint64_t before = written();
    const std::vector<std::pair<RDD<Pair>, std::vector<Pair>>> results{
        {rdd.distinct(), once}, {rdd.intersection(rdd.filter(isLow)), low}, {rdd.subtract(rdd.filter(isLow)), others}};
    for (const auto& [result, expected] : results) {
      EXPECT_EQ(sorted(result.collect()), expected);
      EXPECT_TRUE(alike(result, rdd));
    }
    EXPECT_EQ(written(), before) << "nothing of this needed a shuffle";
    for (const auto& [result, expected] : results) {
      const auto unplaced = result.map([](const Pair& pair) { return pair; });
      EXPECT_EQ(partsOf(unplaced.partitionBy(rdd.partitioner())), partsOf(result)) << "they are where it says";
    }
    const auto spread = rdd.distinct(5);
    EXPECT_EQ(sorted(spread.collect()), once);
    EXPECT_EQ(spread.partitioner(), nullptr);
    EXPECT_GT(written(), before);
  };
  for (const std::int64_t n : {1, 2, 3, 8}) {
    check(plain.partitionBy(n));
    check(plain.partitionBy(Modulo{n}));
  }
  check(plain.partitionBy(RangePartitioner<std::int64_t>({-3, 0, 12})));
}

TEST(Partitioner, OnlyTheSideOfASetOperationThatStandsElsewhereMoves) {
  const auto isEven = [](const Pair& pair) { return pair.second % 2 == 0; };
  const auto all = somePairs(3), even = somePairs(2).filter(isEven);
  std::vector<Pair> expectedEven = all.collect(), expectedOdd;
  std::sort(expectedEven.begin(), expectedEven.end());
  std::remove_copy_if(expectedEven.begin(), expectedEven.end(), std::back_inserter(expectedOdd), isEven);
  std::erase_if(expectedEven, [&](const Pair& pair) { return !isEven(pair); });
  const auto check = [](const RDD<Pair>& result, const RDD<Pair>& standing, std::vector<Pair> expected,
                        std::uint64_t moved) {
    standing.count();
    const std::uint64_t before = written();
    std::vector<Pair> found = result.collect();
    EXPECT_EQ(written() - before, moved);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(alike(result, standing));
  };
  for (const auto& [allThere, evenThere] : {std::pair(all.partitionBy(4), even.partitionBy(4)),
                                            {all.partitionBy(Modulo{4}), even.partitionBy(Modulo{4})}}) {
    check(allThere.subtract(even), allThere, expectedOdd, 250);
    check(allThere.intersection(even), allThere, expectedEven, 250);
    check(all.subtract(evenThere, 4), evenThere, expectedOdd, 500);
    check(all.intersection(evenThere), evenThere, expectedEven, 500);
    check(allThere.subtract(evenThere), allThere, expectedOdd, 0);
  }
  const auto wide = all.partitionBy(4).intersection(somePairs(8).filter(isEven));
  EXPECT_EQ(wide.getNumPartitions(), 8u);
  EXPECT_EQ(wide.partitioner(), nullptr);
}

TEST(Partitioner, OnlyTheSideThatStandsElsewhereMoves) {
  const auto left = somePairs(3).partitionBy(4);
  left.count();
  const auto right = somePairs(2).filter([](const Pair& pair) { return pair.second < 100; });
  const std::uint64_t before = written();
  EXPECT_GT(left.join(right).count(), 0);
  EXPECT_EQ(written() - before, 100u);
  EXPECT_GT(right.join(left).count(), 0);
  EXPECT_EQ(written() - before, 200u);
}

TEST(Partitioner, AnotherNumberOfPartitionsNeedsAShuffle) {
  const auto rdd = somePairs(3).partitionBy(4);
  EXPECT_EQ(shufflesOf(rdd.reduceByKey(std::plus<>(), 5)), 2u);
  EXPECT_EQ(shufflesOf(rdd.map([](const Pair& pair) { return pair; }).reduceByKey(std::plus<>())), 2u);
  EXPECT_EQ(partsOf(rdd.groupByKey(5)).size(), 5u);
}

TEST(Partitioner, PartitionByOfBorrowedPairsThatStandRightOwnsThem) {
  const RDD<Word> words = rddOf(wordInputs()[3].second);
  const auto rdd = words.partitionBy(3);
  const auto borrowed = rdd.mapValues([](const std::string& value) { return std::string_view(value).substr(0, 1); });
  const RDD<Word> owned = borrowed.partitionBy(3);
  EXPECT_EQ(shufflesOf(owned), 1u);
  EXPECT_EQ(partsOf(owned), partsOf(rdd.mapValues([](const std::string& value) { return value.substr(0, 1); })));
}

}  // namespace
}  // namespace seltzer::test
