#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fixture.hpp"

// reduce, fold and aggregate, and their tree variants.

namespace seltzer::test {
namespace {

/// The oracle of `fold` and `aggregate`: the zero counts once per partition and once at the end.
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

TEST(Aggregate, ReduceNeedNotCommute) {
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

TEST(Aggregate, ReduceOfUserTypes) {
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

TEST(Aggregate, FoldAppliesTheZeroOnceAPartitionAndOnceAtTheEnd) {
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

TEST(Aggregate, AggregateBuildsAnotherType) {
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

struct Tree {
  std::string name;
  std::vector<Tree> children;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& children;
  }
};

Tree treeOf(std::int64_t number, int depth) {
  Tree tree{"a tree with the number " + std::to_string(number), {}};
  if (depth > 0) tree.children.assign(2, treeOf(10 * number, depth - 1));
  return tree;
}

/// A function may return a part of its argument by reference.
TEST(Aggregate, OfFunctionsThatReturnAPartOfTheirArgument) {
  const auto child = [](const Tree& a, const Tree&) -> const Tree& { return a.children.empty() ? a : a.children[0]; };
  const auto grown = [](Tree& a, const Tree&) -> Tree& { return a.children.empty() ? a : a.children[0]; };
  for (const std::int64_t partitions : partitionCounts) {
    const auto trees = context().range(1, 4, 1, partitions).map([](std::int64_t x) { return treeOf(x, 3); });
    const auto byKey = trees.map([](const Tree& tree) { return std::pair(std::int64_t{0}, tree); });
    EXPECT_EQ(trees.map([](const Tree& tree) -> const Tree& { return tree.children[0]; }).first().name,
              treeOf(10, 0).name);
    if (partitions > 1) continue;
    EXPECT_EQ(trees.reduce(child).name, treeOf(100, 0).name);
    EXPECT_EQ(trees.fold(treeOf(7, 5), grown).name, treeOf(70, 0).name);  // of the zero that the driver starts with
    EXPECT_EQ(trees.aggregate(treeOf(7, 5), child, child).name, treeOf(70, 0).name);
    EXPECT_EQ(byKey.reduceByKey(child).first().second.name, treeOf(100, 0).name);
    EXPECT_EQ(byKey.foldByKey(treeOf(7, 4), child).first().second.name, treeOf(7000, 0).name);
  }
}

TEST(Aggregate, ReduceOfNoneThrows) {
  const auto none = context().parallelize(std::vector<std::int64_t>(), 3);
  EXPECT_THROW(none.reduce(std::plus<>()), EmptyRDDError);
  EXPECT_THROW(none.treeReduce(std::plus<>()), EmptyRDDError);
  EXPECT_THROW(context().emptyRDD<int>().treeReduce(std::plus<>(), 3), EmptyRDDError);
  const auto message = messageOf<EmptyRDDError>([&] { none.reduce(std::plus<>()); });
  EXPECT_NE(message.find("reduce at " + callSite(__LINE__ - 1)), std::string::npos) << message;
}

TEST(Aggregate, TreesOfEveryDepthAndManyPartitions) {
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

TEST(Aggregate, TreesOverEmptyPartitions) {
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

TEST(Aggregate, TreesOfLargeResults) {
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

/// Integer promotion and a change of signedness do not count as narrowing.
TEST(Aggregate, ResultsThatFitTheTypeOfTheStateAreTaken) {
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

}  // namespace
}  // namespace seltzer::test
