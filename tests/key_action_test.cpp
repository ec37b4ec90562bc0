#include <cmath>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"

// Actions that return a map by key, or the values of one key.

namespace seltzer::test {
namespace {

/// The pairs of a map, in its order.
template <class Map>
auto pairsOf(const Map& map) {
  return std::vector<std::pair<typename Map::key_type, typename Map::mapped_type>>(map.begin(), map.end());
}

using Values = std::vector<std::vector<std::string>>;

/// (key, of(values of each input partition)) in first-seen order.
template <class Of>
auto expectedOf(const Words& words, Of of) {
  std::vector<std::pair<std::string, decltype(of(Values()))>> pairs;
  for (const auto& [key, values] : valuesByKey(words)) pairs.emplace_back(key, of(values));
  return pairs;
}

/// Calls `body(words, rdd)` for each input.
template <class Body>
void forInputs(Body body) {
  for (const auto& [name, words] : wordInputs()) {
    SCOPED_TRACE(testing::Message() << "seed " << seed() << ", " << name);
    body(words, rddOf(words));
  }
}

TEST(KeyAction, CountByKey) {
  forInputs([](const Words& words, const RDD<Word>& rdd) {
    EXPECT_EQ(pairsOf(rdd.countByKey()),
              expectedOf(words, [](const Values& values) { return static_cast<std::int64_t>(joined(values).size()); }));
  });
}

TEST(KeyAction, ReduceByKeyLocallyKeepsTheOrder) {
  forInputs([](const Words& words, const RDD<Word>& rdd) {
    EXPECT_EQ(pairsOf(rdd.reduceByKeyLocally(std::plus<>())),
              expectedOf(words, [](const Values& values) { return concatenated(joined(values)); }));
  });
}

TEST(KeyAction, AggregateByKeyLocallyAppliesTheZeroOncePerKeyAndPartition) {
  forInputs([](const Words& words, const RDD<Word>& rdd) {
    const auto expected = expectedOf(words, [](const Values& values) {
      std::string all;
      for (const auto& part : values) all += (all.empty() ? "<" : "|<") + concatenated(part);
      return all;
    });
    const std::string zero = "<";
    const auto made = rdd.aggregateByKeyLocally(
        zero, [](const std::string& all, const std::string& value) { return all + value; },
        [](const std::string& all, const std::string& next) { return all + "|" + next; });
    EXPECT_EQ(pairsOf(made), expected);
    const auto inPlace = rdd.aggregateByKeyLocally(
        zero, [](std::string& all, const std::string& value) { all += value; },
        [](std::string& all, const std::string& next) { all += "|" + next; });
    EXPECT_EQ(pairsOf(inPlace), expected);
  });
}

TEST(KeyAction, IsOneJobThatSendsAKeyOfAPartitionOnce) {
  const auto rdd = context().generate(
      20000, [](std::int64_t i) { return std::pair(i % 10, std::int64_t{1}); }, 4);
  rdd.count();
  const auto before = context().stats();
  const auto counts = rdd.countByKey();
  const auto after = context().stats();
  EXPECT_EQ(counts.size(), 10u);
  EXPECT_EQ(counts.at(3), 2000);
  EXPECT_EQ(after.total.jobs - before.total.jobs, 1u);
  EXPECT_EQ(after.total[Phase::shuffleWrite].records, before.total[Phase::shuffleWrite].records);
  const auto sent = after.total[Phase::resultSerialize].records - before.total[Phase::resultSerialize].records;
  EXPECT_EQ(sent, 40u);
}

TEST(KeyAction, OfBorrowedPairs) {
  const Words words = wordInputs().back().second;
  const auto views = rddOf(words).flatMap<std::pair<std::string_view, std::string_view>>(
      [](const Word& word, Emit<std::pair<std::string_view, std::string_view>>& emit) {
        emit(std::pair<std::string_view, std::string_view>(word.first, word.second));
      });
  EXPECT_EQ(pairsOf(views.countByKey()), pairsOf(rddOf(words).countByKey()));
  EXPECT_EQ(pairsOf(views.aggregateByKeyLocally(
                std::string(), [](std::string& all, std::string_view value) { all += value; }, std::plus<>())),
            pairsOf(rddOf(words).reduceByKeyLocally(std::plus<>())));
  const std::string key = joined(words).front().first;
  EXPECT_EQ(views.lookup(key), rddOf(words).lookup(key));
}

TEST(KeyAction, NaNIsOneKey) {
  const std::vector<std::pair<double, int>> pairs{{std::nan("1"), 1}, {0.0, 2}, {-0.0, 3}, {std::nan("2"), 4}};
  for (const std::int64_t partitions : partitionCounts) {
    const auto rdd = context().parallelize(pairs, partitions);
    const auto counts = pairsOf(rdd.countByKey());
    ASSERT_EQ(counts.size(), 2u);
    EXPECT_TRUE(std::isnan(counts[0].first));
    EXPECT_EQ(counts[0].second, 2);
    EXPECT_EQ(counts[1], (std::pair(0.0, std::int64_t{2})));
    EXPECT_EQ(rdd.lookup(std::nan("")), (std::vector{1, 4}));
    EXPECT_EQ(rdd.lookup(0), (std::vector{2, 3}));
  }
}

TEST(KeyAction, OfNothing) {
  const auto none = context().emptyRDD<std::pair<std::string, int>>();
  EXPECT_TRUE(none.countByKey().empty());
  EXPECT_TRUE(none.reduceByKeyLocally(std::plus<>()).empty());
  EXPECT_TRUE(none.lookup("a").empty());
  EXPECT_TRUE(none.partitionBy(3).lookup("a").empty());
}

TEST(KeyAction, OfUserTypes) {
  std::vector<std::pair<std::int64_t, Reading>> pairs;
  for (const Reading& reading : someReadings(500)) pairs.emplace_back(pairs.size() % 7, reading);
  std::vector<Reading> expected;
  for (const auto& [key, reading] : pairs) {
    if (key == 3) expected.push_back(reading);
  }
  EXPECT_EQ(context().parallelize(pairs, 3).lookup(3), expected);
  const auto last = [](const Reading&, const Reading& next) { return next; };
  EXPECT_EQ(context().parallelize(pairs, 3).reduceByKeyLocally(last).at(3), expected.back());
}

TEST(KeyAction, FunctionsThatThrowAreTaskErrors) {
  const auto rdd = context().generate(
      100, [](std::int64_t i) { return std::pair(i % 3, i); }, 4);
  const auto onRanks = messageOf<TaskError>([&] {
    rdd.reduceByKeyLocally([](std::int64_t a, std::int64_t b) {
      if (b == 5) throw std::runtime_error("not five");
      return a + b;
    });
  });
  EXPECT_NE(onRanks.find("not five"), std::string::npos) << onRanks;
  EXPECT_NE(onRanks.find("reduceByKeyLocally at "), std::string::npos) << onRanks;
  const auto onDriver = messageOf<TaskError>([&] {
    rdd.aggregateByKeyLocally(std::int64_t{0}, std::plus<>(), [](std::int64_t, std::int64_t) -> std::int64_t {
      throw std::runtime_error("cannot combine");
    });
  });
  EXPECT_NE(onDriver.find("cannot combine"), std::string::npos) << onDriver;
  EXPECT_EQ(rdd.countByKey().at(0), 34);
}

// --- lookup

TEST(KeyAction, LookupGivesTheValuesInOrder) {
  forInputs([](const Words& words, const RDD<Word>& rdd) {
    const auto keys = valuesByKey(words);
    for (std::size_t i = 0; i < std::min<std::size_t>(keys.size(), 4); ++i) {
      EXPECT_EQ(rdd.lookup(keys[i].key), keys[i].all());
      for (const std::int64_t n : partitionCounts) EXPECT_EQ(rdd.partitionBy(n).lookup(keys[i].key), keys[i].all());
    }
    EXPECT_TRUE(rdd.lookup("no such key").empty());
    EXPECT_TRUE(rdd.partitionBy(3).lookup("no such key").empty());
  });
}

TEST(KeyAction, LookupVisitsOnePartitionWhereThereIsAPartitioner) {
  const auto pairs = context().generate(
      1000, [](std::int64_t i) { return std::pair(i % 50, i); }, 6);
  const auto visitsOf = [&](const auto& rdd) {
    const auto counted = rdd.mapValues([](std::int64_t x) { return x; });  // keeps the partitioner
    counted.count();
    const auto before = context().stats().total.tasks;
    EXPECT_EQ(counted.lookup(7).size(), 20u);
    return context().stats().total.tasks - before;
  };
  EXPECT_EQ(visitsOf(pairs), 6u);
  EXPECT_EQ(visitsOf(pairs.partitionBy(5)), 1u);
  EXPECT_EQ(visitsOf(pairs.partitionBy(RangePartitioner<std::int64_t>({10, 20, 30}))), 1u);
}

struct Outside {
  std::size_t numPartitions() const { return 2; }
  std::size_t getPartition(std::int64_t key) const { return key == 99 ? 7 : 0; }
};

TEST(KeyAction, LookupWhereThePartitionerIsWrongThrows) {
  const auto rdd = context().parallelize(std::vector<std::pair<std::int64_t, int>>{{1, 1}}, 2).partitionBy(Outside());
  EXPECT_EQ(rdd.lookup(1), std::vector{1});
  EXPECT_NE(messageOf<TaskError>([&] { rdd.lookup(99); }).find("getPartition returned 7"), std::string::npos);
}

TEST(KeyAction, LookupInNoPartitionsFindsNothing) {
  const auto none = context().emptyRDD<std::pair<std::int64_t, std::int64_t>>();
  EXPECT_TRUE(none.lookup(1).empty());
  EXPECT_TRUE(none.reduceByKey(std::plus<>()).lookup(1).empty());
}

}  // namespace
}  // namespace seltzer::test
