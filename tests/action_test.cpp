#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fixture.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

/// What `fold` and `aggregate` must give: the zero once a partition and once at the end.
template <class T, class U, class Seq, class Comb>
U aggregated(const std::vector<std::vector<T>>& parts, const U& zero, Seq seq, Comb comb) {
  U result = zero;
  for (const auto& part : parts) {
    U state = zero;
    for (const T& element : part) state = seq(std::move(state), element);
    result = comb(std::move(result), std::move(state));
  }
  return result;
}

std::string concatenated(const std::vector<std::string>& strings) {
  std::string all;
  for (const auto& text : strings) all += text;
  return all;
}

TEST(Action, CountAndIsEmpty) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    EXPECT_EQ(rdd.count(), static_cast<std::int64_t>(elements.size()));
    EXPECT_EQ(rdd.isEmpty(), elements.empty());
    EXPECT_EQ(rdd.filter([](std::int64_t) { return false; }).isEmpty(), true);
  });
  EXPECT_FALSE(rddOf(skewed(someStrings(100))).isEmpty());
}

/// Has no wire form.
struct Pinned {
  std::shared_ptr<const std::int64_t> value;
};

TEST(Action, OfElementsThatCannotTravel) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto pinned = context().range(0, 100, 1, partitions).map([](std::int64_t x) {
      return Pinned{std::make_shared<const std::int64_t>(x)};
    });
    EXPECT_EQ(pinned.count(), 100);
    EXPECT_FALSE(pinned.isEmpty());
    EXPECT_EQ(pinned.filter([](const Pinned& x) { return *x.value % 3 == 0; }).count(), 34);
    EXPECT_EQ(pinned.map([](const Pinned& x) { return *x.value; }).sum(), 4950);
  }
}

TEST(Action, FirstAndTake) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    for (const std::int64_t n : {std::int64_t{0}, std::int64_t{1}, std::int64_t{3}, std::int64_t{1024},
                                 std::numeric_limits<std::int64_t>::max()}) {
      const auto fit = std::min(static_cast<std::size_t>(n), elements.size());
      EXPECT_EQ(rdd.take(n), Numbers(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(fit)));
    }
    if (elements.empty()) {
      EXPECT_THROW(rdd.first(), EmptyRDDError);
    } else {
      EXPECT_EQ(rdd.first(), elements.front());
    }
  });
  EXPECT_THROW(context().range(3).take(-1), std::invalid_argument);
}

TEST(Action, TakePassesEmptyPartitions) {
  std::vector<std::vector<std::string>> parts(40);
  parts[27] = {"a", "b"};
  parts[39] = {"c"};
  const auto rdd = rddOf(parts);
  EXPECT_EQ(rdd.first(), "a");
  EXPECT_EQ(rdd.take(2), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(rdd.take(3), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(rdd.take(9), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Action, TakeVisitsOnePartitionThenFourTimesAsMany) {
  Context& sc = context();
  const auto calls = sc.accumulator(std::int64_t{0});
  const auto rdd = sc.range(0, 100'000, 1, 100).map([calls](std::int64_t x) {
    calls.add(1);
    return x;
  });
  EXPECT_EQ(rdd.take(10).size(), 10u);
  EXPECT_LE(calls.value(), 1000);
  EXPECT_EQ(rdd.take(1001).size(), 1001u);
  EXPECT_LE(calls.value(), 1000 + 1000 + 4000);
}

TEST(Action, CollectAsMapKeepsFirstOrderAndLastValue) {
  for (const std::int64_t partitions : partitionCounts) {
    std::vector<std::pair<std::string, std::int64_t>> pairs;
    for (const auto& text : someStrings(500)) pairs.emplace_back(text, static_cast<std::int64_t>(pairs.size()));
    std::vector<std::string> order;
    std::map<std::string, std::int64_t> last;
    for (const auto& [key, value] : pairs) {
      if (!last.contains(key)) order.push_back(key);
      last[key] = value;
    }
    const auto map = context().parallelize(pairs, partitions).collectAsMap();
    ASSERT_EQ(map.size(), last.size());
    std::size_t place = 0;
    for (const auto& [key, value] : map) {
      EXPECT_EQ(key, order[place++]);
      EXPECT_EQ(value, last.at(key));
    }
    EXPECT_EQ(map.at(pairs.back().first), 499);
  }
  EXPECT_TRUE((context().parallelize(std::vector<std::pair<int, int>>(), 2).collectAsMap().empty()));
}

/// As in Spark, all NaNs are one key, and so are the zeros.
TEST(Action, MapsOnTheDriverKnowOneNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto numbers = context().parallelize(std::vector<double>{nan, 0.0, -nan, -0.0, nan}, 3);
  const auto counts = numbers.countByValue();
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts.at(nan), 3);
  EXPECT_EQ(counts.at(0.0), 2);
  EXPECT_EQ(numbers.map([](double x) { return std::pair(x, 1); }).collectAsMap().size(), 2U);
}

TEST(Action, ToLocalIteratorHoldsOnePartitionAtATime) {
  Context& sc = context();
  const auto calls = sc.accumulator(std::int64_t{0});
  const auto rdd = sc.range(0, 300, 1, 3).map([calls](std::int64_t x) {
    calls.add(1);
    return x;
  });
  auto elements = rdd.toLocalIterator();
  EXPECT_EQ(calls.value(), 0);
  Numbers seen;
  for (const std::int64_t x : elements) {
    seen.push_back(x);
    EXPECT_EQ(calls.value(), (x / 100 + 1) * 100);
  }
  EXPECT_EQ(seen, rdd.collect());
  const auto parts = skewed(someStrings(100));
  std::vector<std::string> strings;
  for (const std::string& text : rddOf(parts).toLocalIterator()) strings.push_back(text);
  EXPECT_EQ(strings, joined(parts));
  for ([[maybe_unused]] const int x : sc.emptyRDD<int>().toLocalIterator()) ADD_FAILURE();
}

TEST(Action, ReduceNeedNotCommute) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(3000);
    const auto rdd = context().parallelize(strings, partitions);
    EXPECT_EQ(rdd.reduce([](std::string a, const std::string& b) { return a += b; }), concatenated(strings));
    EXPECT_EQ(rdd.reduce([](const std::string& a, const std::string& b) { return a + b; }), concatenated(strings));
    EXPECT_EQ(rddOf(skewed(strings)).reduce(std::plus<>()), concatenated(strings));
  }
  EXPECT_EQ(context().range(1, 21, 1, 8).reduce(std::multiplies<>()), 2432902008176640000);
  EXPECT_EQ(context().parallelize({7}, 8).reduce([](int, int) -> int { throw std::logic_error("one alone"); }), 7);
}

TEST(Action, ReduceOfUserTypes) {
  const auto tickets = someTickets(1500);
  const auto greater = [](const Ticket& a, const Ticket& b) { return a.number < b.number ? b : a; };
  Ticket expected = tickets.front();
  for (const Ticket& ticket : tickets) expected = greater(expected, ticket);
  EXPECT_EQ(context().parallelize(tickets, 3).reduce(greater), expected);
  EXPECT_EQ(context().parallelize(tickets, 8).treeReduce(greater, 3), expected);
  const auto merge = [](Reading a, const Reading& b) {
    a.station += b.station;
    a.flags.insert(a.flags.end(), b.flags.begin(), b.flags.end());
    return a;
  };
  Reading all = someReadings(300).front();
  for (std::size_t i = 1; i < 300; ++i) all = merge(all, someReadings(300)[i]);
  EXPECT_EQ(context().parallelize(someReadings(300), 3).reduce(merge), all);
}

TEST(Action, FoldAppliesTheZeroOnceAPartitionAndOnceAtTheEnd) {
  for (const std::int64_t partitions : partitionCounts) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{2}, std::size_t{2000}}) {
      const auto strings = someStrings(size);
      const auto append = [](std::string a, const std::string& b) { return a += b; };
      const std::string expected = aggregated(slices(strings, partitions), std::string("|"), append, append);
      const auto rdd = context().parallelize(strings, partitions);
      EXPECT_EQ(rdd.fold("|", append), expected);
      EXPECT_EQ(rdd.fold("|", [](std::string& a, const std::string& b) { a += b; }), expected);
    }
  }
  EXPECT_EQ(context().emptyRDD<std::int64_t>().fold(5, std::plus<>()), 5);
  EXPECT_EQ(context().range(0, 100, 1, 3).fold(1, std::plus<>()), 4950 + 4);
}

TEST(Action, AggregateBuildsAnotherType) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto parts = slices(someNumbers(2000), partitions);
    const auto write = [](std::string text, std::int64_t x) { return text += std::to_string(x) + ","; };
    const auto join = [](std::string a, const std::string& b) { return a += "[" + b + "]"; };
    const auto expected = aggregated(parts, std::string("z"), write, join);
    const auto rdd = context().parallelize(someNumbers(2000), partitions);
    EXPECT_EQ(rdd.aggregate(std::string("z"), write, join), expected);
    EXPECT_EQ(rdd.aggregate(
                  std::string("z"), [](std::string& text, std::int64_t x) { text += std::to_string(x) + ","; },
                  [](std::string& a, std::string&& b) { a += "[" + std::move(b) + "]"; }),
              expected);
  }
  const auto counts = context()
                          .parallelize(someStrings(300), 3)
                          .aggregate(
                              std::map<std::string, int>(), [](auto& map, const std::string& text) { ++map[text]; },
                              [](auto& map, const auto& more) {
                                for (const auto& [key, count] : more) map[key] += count;
                              });
  std::map<std::string, int> expected;
  for (const auto& text : someStrings(300)) ++expected[text];
  EXPECT_EQ(counts, expected);
}

TEST(Action, ReduceOfNoneThrows) {
  const auto none = context().parallelize(Numbers(), 3);
  EXPECT_THROW(none.reduce(std::plus<>()), EmptyRDDError);
  EXPECT_THROW(none.treeReduce(std::plus<>()), EmptyRDDError);
  EXPECT_THROW(context().emptyRDD<int>().treeReduce(std::plus<>(), 3), EmptyRDDError);
  const auto message = messageOf<EmptyRDDError>([&] { none.reduce(std::plus<>()); });
  EXPECT_NE(message.find("reduce at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

TEST(Action, TreesOfEveryDepthAndManyPartitions) {
  const auto strings = someStrings(1000);
  const auto write = [](std::string text, const std::string& x) { return text += x + ","; };
  const auto join = [](std::string a, const std::string& b) { return a += b; };
  for (const std::int64_t partitions : {1, 2, 3, 8, 27, 100}) {
    const auto rdd = context().parallelize(strings, partitions);
    const auto expected = aggregated(slices(strings, partitions), std::string(), write, join);
    for (const int depth : {1, 2, 3, 4, 10}) {
      SCOPED_TRACE(testing::Message() << partitions << " partitions, depth " << depth);
      EXPECT_EQ(rdd.treeReduce([](const std::string& a, const std::string& b) { return a + b; }, depth),
                concatenated(strings));
      EXPECT_EQ(rdd.treeAggregate(std::string(), write, join, depth), expected);
    }
  }
}

TEST(Action, TreesOverEmptyPartitions) {
  std::vector<std::vector<std::string>> parts(50);
  parts[3] = {"a"};
  parts[31] = {"b", "c"};
  parts[32] = {"d"};
  for (const int depth : {1, 2, 3, 4}) EXPECT_EQ(rddOf(parts).treeReduce(std::plus<>(), depth), "abcd");
  EXPECT_EQ(context().emptyRDD<int>().treeAggregate(4, std::plus<>(), std::plus<>(), 2), 4);
  EXPECT_THROW(context().range(3).treeReduce(std::plus<>(), 0), std::invalid_argument);
  EXPECT_THROW(context().range(3).treeAggregate(std::int64_t{0}, std::plus<>(), std::plus<>(), -1),
               std::invalid_argument);
}

TEST(Action, TreesOfLargeResults) {
  const auto rdd = context().range(0, 40, 1, 40);
  const auto merged = rdd.treeAggregate(
      std::vector<double>(5000, 0.0),
      [](std::vector<double>& sums, std::int64_t x) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(x) * static_cast<double>(i);
      },
      [](std::vector<double>& sums, const std::vector<double>& more) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
      },
      3);
  ASSERT_EQ(merged.size(), 5000u);
  for (std::size_t i = 0; i < 5000; ++i) ASSERT_EQ(merged[i], 780.0 * static_cast<double>(i));
}

/// What arithmetic makes of small integers, and the sign of an integer, are no loss.
TEST(Action, ResultsThatFitTheTypeOfTheStateAreTaken) {
  const auto small = context().range(0, 100, 1, 3).map([](std::int64_t x) { return static_cast<std::int8_t>(x % 3); });
  EXPECT_EQ(small.reduce(std::plus<>()), 99);
  EXPECT_EQ(small.treeReduce(std::plus<>()), 99);
  EXPECT_EQ(small.fold(std::int8_t{0}, std::plus<>()), 99);
  EXPECT_EQ(small.map([](std::int8_t x) { return x > 0; }).reduce(std::bit_or<>()), true);
  const auto sum = [](auto a, auto b) { return a + b; };
  const auto texts = context().range(0, 100, 1, 3).map([](std::int64_t x) { return std::to_string(x); });
  const auto addSize = [](std::int64_t n, const std::string& text) { return n + text.size(); };
  EXPECT_EQ(texts.aggregate(std::int64_t{0}, addSize, sum), 190);
  EXPECT_EQ(small.aggregate(
                0.5, [](double, std::int8_t x) { return static_cast<int>(x); }, sum),
            4.5);
  const auto addFloat = [](double a, std::int8_t b) { return static_cast<float>(a) + b; };
  EXPECT_EQ(small.aggregate(0.0, addFloat, sum), 99);
  const auto floats = small.map([](std::int8_t x) { return static_cast<float>(x); });
  EXPECT_EQ(floats.reduce(std::plus<>()), 99);
  EXPECT_EQ(floats.treeAggregate(
                std::pair(0.0, 0L), [](auto mean, float x) { return std::pair(mean.first + x, mean.second + 1); },
                [](auto a, auto b) { return std::pair(a.first + b.first, a.second + b.second); }),
            std::pair(99.0, 100L));
  const auto pairs = small.map([](std::int8_t x) { return std::pair(x, std::uint16_t{1}); });
  using Counts = std::vector<std::pair<std::int8_t, std::uint16_t>>;
  EXPECT_EQ(pairs.reduceByKey(std::plus<>(), 1).collect(), (Counts{{0, 34}, {1, 33}, {2, 33}}));
  EXPECT_EQ(pairs.foldByKey(0, std::plus<>(), 1).collect(), (Counts{{0, 34}, {1, 33}, {2, 33}}));
}

/// Jobs are for the thread of the driver function, also where that has left the others nothing to do.
TEST(Action, OtherThreadsAreToldThatOneThreadRunsJobs) {
  const auto rdd = context().range(0, 100, 1, 3);
  std::string said;
  std::thread other([&] {
    try {
      rdd.count();
    } catch (const std::exception& error) {
      said = error.what();
    }
  });
  other.join();
  EXPECT_NE(said.find("only one thread, the one that runs the driver function"), std::string::npos) << said;
  EXPECT_TRUE(said.starts_with("count at action_test.cpp:")) << said;
  EXPECT_EQ(rdd.count(), 100);
}

template <class Body>
void expectTooMany(Body body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("at most "), std::string::npos) << error.what();
  }
}

TEST(Action, NumbersBeyondWhatCanBeCountedAreRefused) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto rdd = context().range(0, 100, 1, 3);
  for (const std::int64_t many : {most, std::int64_t{1} << 31}) {
    expectTooMany([&] { rdd.takeSample(true, many); });
    expectTooMany([&] { rdd.repartition(many); });
    expectTooMany([&] { rdd.coalesce(many); });
    expectTooMany([&] { rdd.distinct(many); });
    expectTooMany([&] { context().range(0, 100, 1, many); });
    expectTooMany([&] { context().parallelize(std::vector{1, 2, 3}, many); });
    expectTooMany([&] { rdd.keyBy(std::identity()).reduceByKey(std::plus<>(), many); });
    expectTooMany([&] { HashPartitioner partitioner(many); });
    expectTooMany([&] { rdd.histogram(many); });
  }
  EXPECT_EQ(rdd.takeSample(false, most).size(), 100u);
  EXPECT_EQ(rdd.take(most).size(), 100u);
  EXPECT_EQ(rdd.top(most).size(), 100u);
  EXPECT_EQ(rdd.treeReduce(std::plus<>(), std::numeric_limits<int>::max()), 4950);
  const auto wide = context().range(0, 1, 1, 1'000'000);
  EXPECT_THROW(wide.cartesian(wide), std::invalid_argument);
}

TEST(Action, ForeachAndForeachPartitionReachEverything) {
  Context& sc = context();
  const auto strings = someStrings(2000);
  const auto sizes = sc.accumulator(std::int64_t{0});
  const auto calls = sc.accumulator(std::int64_t{0});
  const auto rdd = rddOf(skewed(strings));
  rdd.foreach ([sizes](const std::string& text) { sizes.add(static_cast<std::int64_t>(text.size())); });
  EXPECT_EQ(sizes.value(), static_cast<std::int64_t>(concatenated(strings).size()));
  rdd.foreachPartition([sizes, calls](auto& part) {
    for (const std::string& text : part) sizes.add(static_cast<std::int64_t>(text.size()));
    calls.add(1);
  });
  EXPECT_EQ(sizes.value(), 2 * static_cast<std::int64_t>(concatenated(strings).size()));
  EXPECT_EQ(calls.value(), 5);
}

TEST(Action, RunJobOnChosenPartitions) {
  Context& sc = context();
  const auto parts = slices(someStrings(2000), 8);
  const auto describe = [](std::size_t index, auto& part) {
    std::string text = std::to_string(index) + ":";
    for (const std::string& element : part) text += element;
    return text;
  };
  for (const std::vector<std::size_t>& chosen : std::vector<std::vector<std::size_t>>{
           {0}, {7}, {7, 0, 3}, {0, 1, 2, 3, 4, 5, 6, 7}, {5, 5}, {6, 2, 6, 2, 6}, {}}) {
    const auto rdd = sc.parallelize(someStrings(2000), 8);
    std::vector<std::string> expected;
    for (const std::size_t p : chosen) expected.push_back(std::to_string(p) + ":" + concatenated(parts[p]));
    EXPECT_EQ(sc.runJob(rdd, describe, chosen), expected);
  }
  const auto rdd = sc.parallelize(someStrings(2000), 8);
  EXPECT_EQ(sc.runJob(rdd, [](std::size_t index, auto&) { return index; }),
            (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_THROW(sc.runJob(rdd, describe, {0, 8}), std::out_of_range);
  const auto seen = sc.accumulator(std::int64_t{0});
  sc.runJob(rdd, [seen](std::size_t index, auto&) { seen.add(static_cast<std::int64_t>(index)); }, {3, 4});
  EXPECT_EQ(seen.value(), 7);
}

TEST(Action, FailuresReachTheDriverFromWhereverAFunctionRuns) {
  Context& sc = context();
  const auto rdd = sc.parallelize(Numbers(8, 60), 8);
  const auto refuse = [](std::int64_t a, std::int64_t b) -> std::int64_t {
    if (a > 100) throw std::runtime_error("too much");
    return a + b;
  };
  EXPECT_THROW(rdd.reduce(refuse), TaskError) << "at the driver, where partitions are combined";
  EXPECT_THROW(rdd.treeReduce(refuse, 3), TaskError);
  EXPECT_THROW(rdd.fold(30, refuse), TaskError);
  EXPECT_THROW(rdd.aggregate(
                   0, [](int n, std::int64_t) { return n + 1; },
                   [](int, int) -> int { throw std::runtime_error("no merging"); }),
               TaskError);
  EXPECT_EQ(rdd.sum(), 480);
}

}  // namespace
}  // namespace seltzer::test
