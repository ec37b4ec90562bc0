#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
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
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(Action, CountAndIsEmpty) {
  forRandomNumbers([](Context& sc, const Numbers& elements, std::int64_t partitions) {
    const auto rdd = sc.parallelize(elements, partitions);
    EXPECT_EQ(rdd.count(), static_cast<std::int64_t>(elements.size()));
    EXPECT_EQ(rdd.isEmpty(), elements.empty());
    EXPECT_EQ(rdd.filter([](std::int64_t) { return false; }).isEmpty(), true);
  });
  EXPECT_FALSE(rddOf(skewed(someStrings(100))).isEmpty());
}

/// Cannot be serialized.
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

TEST(Action, FirstIsNamedInStatistics) {
  EXPECT_EQ(context().range(3).first(), 0);
  EXPECT_EQ(context().stats().stages.back().operation, "first");
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

/// The results of partitions follow each other at multiples of 8 bytes.
struct alignas(16) Aligned {
  std::int64_t low = 0;
  std::int64_t high = 0;

  friend bool operator==(const Aligned&, const Aligned&) = default;
};

TEST(Action, CollectKeepsAlignment) {
  std::vector<Aligned> expected;
  for (std::int64_t x = 0; x < 5'001; ++x) expected.push_back({x, -x});
  for (const std::int64_t partitions : partitionCounts) {
    const auto aligned = context().range(0, 5'001, 1, partitions).map([](std::int64_t x) { return Aligned{x, -x}; });
    EXPECT_EQ(aligned.collect(), expected);
    EXPECT_EQ(aligned.take(5'000), std::vector<Aligned>(expected.begin(), expected.end() - 1));
  }
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

TEST(Action, ToLocalIteratorTriesAPartitionAgain) {
  const ScratchFolder folder;
  const auto gated = with(folder / "open", [](const std::string& path, std::int64_t x) {
    if (x == 150 && !std::filesystem::exists(path)) throw std::runtime_error("not yet");
    return x;
  });
  const auto rdd = context().range(0, 300, 1, 3).map(gated);
  auto elements = rdd.toLocalIterator();
  Numbers seen;
  try {
    for (const std::int64_t x : elements) seen.push_back(x);
    FAIL() << "the second partition cannot be computed";
  } catch (const TaskError& error) {
    EXPECT_EQ(error.failure().partition, 1U);
  }
  EXPECT_EQ(seen.size(), 100U);
  std::ofstream(folder / "open") << "";
  for (const std::int64_t x : elements) seen.push_back(x);
  EXPECT_EQ(seen, rdd.collect());
}

/// Only the driver function's thread may run jobs, even while it is blocked.
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
  EXPECT_NE(said.find("only the thread that runs the driver function"), std::string::npos) << said;
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

/// Cannot be read on the driver, where the results of tasks arrive.
struct Unreadable {
  std::size_t partition = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& partition;
    if (Archive::is_loading::value && TaskContext::current() == nullptr && partition > 4)
      throw std::runtime_error("unreadable");
  }
};

TEST(Action, AResultThatCannotBeReadNamesItsPartition) {
  const auto rdd = context().range(0, 800, 1, 8);
  const auto make = [](std::size_t index, auto&) { return Unreadable{index}; };
  const auto partitionOfFailure = [](auto run) {
    try {
      run();
    } catch (const TaskError& error) {
      return error.failure().partition;
    }
    return std::size_t{99};
  };
  EXPECT_EQ(partitionOfFailure([&] { context().runJob(rdd, make); }), 5U);
  EXPECT_EQ(partitionOfFailure([&] { context().runJob(rdd, make, {2, 7, 6}); }), 7U);
  EXPECT_EQ(partitionOfFailure([&] { context().runJob(rdd, make, {2, 3}); }), 99U);
  const auto merge = [](Unreadable a, const Unreadable&) { return a; };
  const auto each =
      rdd.mapPartitionsWithIndex([](std::size_t index, auto&) { return std::vector<Unreadable>{Unreadable{index}}; });
  EXPECT_EQ(partitionOfFailure([&] { each.treeReduce(merge, 2); }) % 3, 0U) << "the first of a group of 3";
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
