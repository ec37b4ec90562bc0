#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Operations that combine the values of each key. Most functions here are not commutative, so a wrong order shows.

namespace seltzer::test {
namespace {

using View = std::string_view;

/// (key, of(values)) for each key, in first-seen order.
template <class Of, class K, class V>
auto byKey(const std::vector<std::vector<std::pair<K, V>>>& parts, Of of) {
  std::vector<std::pair<K, decltype(of(std::vector<std::vector<V>>()))>> pairs;
  for (const auto& [key, values] : valuesByKey(parts)) pairs.emplace_back(key, of(values));
  return pairs;
}

/// "0(a)(b)|0(c)": the result of aggregating with `wrapped` and `barred` from zero "0".
std::string aggregated(const std::vector<std::vector<std::string>>& values, const std::string& zero) {
  std::string all;
  for (const auto& part : values) {
    if (!all.empty()) all += '|';
    all += zero;
    for (const auto& value : part) all += '(' + value + ')';
  }
  return all;
}

struct Wrapped {
  std::string operator()(std::string all, View value) const { return all.append("(").append(value).append(")"); }
};
struct Barred {
  std::string operator()(std::string all, View next) const { return all.append("|").append(next); }
};

TEST(ByKey, ReduceByKeyKeepsTheOrder) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) { return concatenated(joined(values)); });
    expectSpread(partsOf(rdd.reduceByKey(std::plus<>(), n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(ByKey, FoldByKeyAppliesTheZeroOncePerKeyAndInputPartition) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) {
      std::string all;
      for (const auto& part : values) all += "<" + concatenated(part);
      return all;
    });
    expectSpread(partsOf(rdd.foldByKey("<", std::plus<>(), n)), expected, static_cast<std::size_t>(n));
    const auto inPlace = [](std::string& all, const std::string& value) { all += value; };
    expectSpread(partsOf(rdd.foldByKey("<", inPlace, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(ByKey, AggregateByKeyKeepsTheOrder) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) { return aggregated(values, "0"); });
    expectSpread(partsOf(rdd.aggregateByKey(std::string("0"), Wrapped(), Barred(), n)), expected,
                 static_cast<std::size_t>(n));
  });
}

/// Functions that change their first argument in place must not change the zero for the next key.
TEST(ByKey, AggregateByKeyInPlaceLeavesTheZeroAlone) {
  using List = std::vector<std::string>;
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) {
      List list;
      for (const auto& part : values) {
        list.push_back("zero");
        list.insert(list.end(), part.begin(), part.end());
      }
      return list;
    });
    const auto aggregated = rdd.aggregateByKey(
        List{"zero"}, [](List& list, std::string&& value) { list.push_back(std::move(value)); },
        [](List& list, const List& next) { list.insert(list.end(), next.begin(), next.end()); }, n);
    expectSpread(partsOf(aggregated), expected, static_cast<std::size_t>(n));
    expectSpread(partsOf(aggregated), expected, static_cast<std::size_t>(n));
  });
}

TEST(ByKey, CombineByKeyCreatesOncePerKeyAndInputPartition) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) { return aggregated(values, "new"); });
    const auto combined =
        rdd.combineByKey([](const std::string& value) { return "new(" + value + ")"; }, Wrapped(), Barred(), n);
    expectSpread(partsOf(combined), expected, static_cast<std::size_t>(n));
    const auto inPlace = rdd.combineByKey([](const std::string& value) { return "new(" + value + ")"; },
                                          [](std::string& all, View value) { all = Wrapped()(all, value); },
                                          [](std::string& all, View next) { all = Barred()(all, next); }, n);
    EXPECT_EQ(partsOf(inPlace), partsOf(combined));
  });
}

TEST(ByKey, GroupByKeyKeepsTheOrder) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto expected = byKey(words, [](const auto& values) { return joined(values); });
    expectSpread(partsOf(rdd.groupByKey(n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(ByKey, GroupByKeepsTheOrderOfElements) {
  const auto lengthOf = [](const Word& word) { return word.first.size() % 5; };
  forWords([&](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    std::vector<std::vector<std::pair<std::size_t, Word>>> keyed;
    for (const auto& part : words) {
      for (keyed.emplace_back(); const Word& word : part) keyed.back().emplace_back(lengthOf(word), word);
    }
    const auto expected = byKey(keyed, [](const auto& values) { return joined(values); });
    expectSpread(partsOf(rdd.groupBy(lengthOf, n)), expected, static_cast<std::size_t>(n));
  });
}

TEST(ByKey, SaidNothingThereAreAsManyPartitionsAsBefore) {
  const RDD<Word> rdd = rddOf(wordInputs()[3].second);
  EXPECT_EQ(rdd.reduceByKey(std::plus<>()).getNumPartitions(), 6u);
  EXPECT_EQ(rdd.groupByKey().getNumPartitions(), 6u);
  EXPECT_EQ(rdd.groupBy([](const Word& word) { return word.first; }).getNumPartitions(), 6u);
  EXPECT_EQ(partsOf(rdd.groupByKey()), partsOf(rdd.groupByKey(6)));
  EXPECT_EQ(rdd.reduceByKey(std::plus<>(), 4).reduceByKey(std::plus<>()).getNumPartitions(), 4u);
}

TEST(ByKey, OfNoPartitions) {
  const auto none = context().emptyRDD<Word>();
  const auto isEmpty = [](const auto& rdd, std::size_t partitions) {
    EXPECT_EQ(rdd.getNumPartitions(), partitions);
    EXPECT_EQ(rdd.count(), 0);
    EXPECT_TRUE(rdd.isEmpty());
    EXPECT_EQ(partsOf(rdd).size(), partitions);
  };
  isEmpty(none.reduceByKey(std::plus<>()), 0);
  isEmpty(none.groupByKey(), 0);
  isEmpty(none.reduceByKey(std::plus<>(), 3), 3);
  isEmpty(none.groupByKey(3), 3);
  isEmpty(none.foldByKey("", std::plus<>(), 2).groupByKey(), 2);
}

TEST(ByKey, FewerThanOnePartitionThrows) {
  const RDD<Word> rdd = rddOf(wordInputs()[3].second);
  for (const std::int64_t n : {0, -1}) {
    EXPECT_THROW(rdd.reduceByKey(std::plus<>(), n), std::invalid_argument);
    EXPECT_THROW(rdd.foldByKey("", std::plus<>(), n), std::invalid_argument);
    EXPECT_THROW(rdd.groupByKey(n), std::invalid_argument);
    EXPECT_THROW(rdd.groupBy([](const Word& word) { return word.first; }, n), std::invalid_argument);
    EXPECT_THROW(rdd.partitionBy(n), std::invalid_argument);
  }
  const auto message = messageOf<std::invalid_argument>([&] { rdd.groupByKey(0); });
  EXPECT_NE(message.find("groupByKey"), std::string::npos) << message;
  EXPECT_NE(message.find(callSite(__LINE__ - 2)), std::string::npos) << message;
}

TEST(ByKey, ManyMorePartitionsThanKeysAndRanks) {
  const Words& words = wordInputs()[5].second;
  const auto expected = byKey(words, [](const auto& values) { return concatenated(joined(values)); });
  expectSpread(partsOf(rddOf(words).reduceByKey(std::plus<>(), 200)), expected, 200);
}

/// (v0 + v1) + (v2 + ...): each input partition is summed first.
TEST(ByKey, FloatingPointSumsAreAddedInOneOrder) {
  std::vector<std::pair<std::int64_t, double>> pairs;
  for (std::int64_t i = 0; i < 6000; ++i) pairs.emplace_back(i * i % 37 - 18, std::pow(-1.1, i % 400) / 3);
  const auto parts = slices(pairs, 7);
  const auto expected = byKey(parts, [](const auto& values) {
    std::vector<double> sums;
    for (const auto& part : values) {
      double sum = part.front();
      for (std::size_t i = 1; i < part.size(); ++i) sum += part[i];
      sums.push_back(sum);
    }
    double sum = sums.front();
    for (std::size_t i = 1; i < sums.size(); ++i) sum += sums[i];
    return sum;
  });
  for (const std::int64_t n : partitionCounts) {
    expectSpread(partsOf(rddOf(parts).reduceByKey(std::plus<>(), n)), expected, static_cast<std::size_t>(n));
  }
}

/// Map tasks write several frames per partition, and the table grows many times.
TEST(ByKey, ManyKeysAndLongValues) {
  std::vector<Word> pairs;
  for (std::size_t i = 0; i < 40'000; ++i) pairs.emplace_back(std::to_string(i * 31 % 15'000), std::to_string(i));
  for (std::size_t i = 0; i < 30; ++i) pairs.emplace_back("long", std::string(20'000 + i, static_cast<char>('a' + i)));
  const auto words = slices(pairs, 4);
  const RDD<Word> rdd = rddOf(words);
  expectSpread(partsOf(rdd.groupByKey(3)), byKey(words, [](const auto& values) { return joined(values); }), 3);
  expectSpread(partsOf(rdd.reduceByKey(std::plus<>(), 3)),
               byKey(words, [](const auto& values) { return concatenated(joined(values)); }), 3);
}

// --- borrowed elements

using BorrowedWord = std::pair<View, View>;

RDD<BorrowedWord> borrowed(const RDD<Word>& rdd) {
  return rdd.map([](const Word& word) { return BorrowedWord(word.first, word.second); });
}

TEST(ByKey, BorrowedPairsAreCombinedAndOwned) {
  forWords([](const Words& words, const RDD<Word>& rdd, std::int64_t n) {
    const auto partitions = static_cast<std::size_t>(n);
    const auto views = borrowed(rdd);
    const RDD<Word> reduced = views.reduceByKey([](View a, View b) { return std::string(a) + std::string(b); }, n);
    expectSpread(partsOf(reduced), byKey(words, [](const auto& values) { return concatenated(joined(values)); }),
                 partitions);
    const RDD<std::pair<std::string, std::vector<std::string>>> grouped = views.groupByKey(n);
    expectSpread(partsOf(grouped), byKey(words, [](const auto& values) { return joined(values); }), partitions);
    const RDD<Word> folded = views.foldByKey("0", Wrapped(), n);
    EXPECT_EQ(partsOf(folded.keys()), partsOf(reduced.keys()));
    const RDD<Word> aggregates = views.aggregateByKey(std::string("0"), Wrapped(), Barred(), n);
    expectSpread(partsOf(aggregates), byKey(words, [](const auto& values) { return aggregated(values, "0"); }),
                 partitions);
    const RDD<Word> combined = views.combineByKey([](View value) { return value.substr(0, 1); },
                                                  [](std::string& all, View value) { all += value.substr(0, 1); },
                                                  [](std::string& all, View next) { all += next; }, n);
    const auto firstLetters = byKey(words, [](const auto& values) {
      std::string all;
      for (const std::string& value : joined(values)) all += value.substr(0, 1);
      return all;
    });
    expectSpread(partsOf(combined), firstLetters, partitions);
  });
}

TEST(ByKey, ViewsOfAStaticText) {
  const auto counted = context()
                           .range(0, 3000, 1, 5)
                           .map(trusted([](std::int64_t i) {
                             static constexpr View text = "the quick brown fox jumps over the lazy dog";
                             return std::pair<View, std::int64_t>(text.substr(static_cast<std::size_t>(i % 40), 3), i);
                           }))
                           .reduceByKey(std::plus<>(), 4)
                           .collectAsMap();
  std::map<std::string, std::int64_t> expected;
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::int64_t i = 0; i < 3000; ++i) expected[text.substr(static_cast<std::size_t>(i % 40), 3)] += i;
  EXPECT_EQ((std::map<std::string, std::int64_t>(counted.begin(), counted.end())), expected);
}

TEST(ByKey, GroupByOfBorrowedElementsAndBorrowedKeys) {
  const Words& words = wordInputs()[3].second;
  const auto keys = rddOf(words).map([](const Word& word) { return View(word.first); });
  const auto grouped = keys.groupBy([](View key) { return key.substr(0, 1); }, 3);
  std::vector<std::vector<Word>> keyed;
  for (const auto& part : words) {
    for (keyed.emplace_back(); const Word& word : part) keyed.back().emplace_back(word.first.substr(0, 1), word.first);
  }
  expectSpread(partsOf(grouped), byKey(keyed, [](const auto& values) { return joined(values); }), 3);
}

// --- kinds of values

template <class V>
void expectGroups(const std::vector<V>& values) {
  std::vector<std::pair<std::int64_t, V>> pairs;
  for (const V& value : values) pairs.emplace_back(static_cast<std::int64_t>(pairs.size() * pairs.size() % 11), value);
  const auto parts = slices(pairs, 3);
  const auto expected = byKey(parts, [](const auto& groups) { return joined(groups); });
  expectSpread(partsOf(rddOf(parts).groupByKey(2)), expected, 2);
}

TEST(ByKey, ValuesOfEveryKind) {
  expectGroups(someReadings(400));
  expectGroups(std::vector<bool>(100, true));
  expectGroups(std::vector<std::vector<std::string>>{{}, {"a", ""}, {"b"}, {}, {"c"}, {"d"}});
}

/// Several shuffles chained in one job, started cold.
TEST(ByKey, AChainOfSeveral) {
  const Words& words = wordInputs()[3].second;
  const auto lengths = rddOf(words)
                           .reduceByKey(std::plus<>(), 5)
                           .map([](const Word& word) { return std::pair(word.second.size(), word.first.size()); })
                           .groupByKey(3)
                           .mapValues([](const std::vector<std::size_t>& sizes) { return sizes.size(); })
                           .map([](const auto& pair) { return std::pair(pair.second, pair.first); })
                           .aggregateByKey(
                               std::size_t{0}, std::plus<>(), [](std::size_t& a, std::size_t b) { a += b; }, 4)
                           .collectAsMap();
  std::map<std::size_t, std::size_t> keysOfLength, expected;
  for (const auto& [key, values] : valuesByKey(words)) ++keysOfLength[concatenated(joined(values)).size()];
  for (const auto& [length, keys] : keysOfLength) expected[keys] += length;
  EXPECT_EQ((std::map<std::size_t, std::size_t>(lengths.begin(), lengths.end())), expected);
}

}  // namespace
}  // namespace seltzer::test
