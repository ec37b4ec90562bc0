#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

// Prints results of every kind as text, floating-point numbers with all their bits. The output depends only on the
// numbers of partitions, which are fixed here: digest.sh compares it at several numbers of ranks.

namespace {

using seltzer::Context;
using seltzer::RDD;

std::string text(double value) {
  return fmt::format("{:a}", value);
}
std::string text(const std::string& value) {
  return value;
}
template <class Integer>
requires std::is_integral_v<Integer> std::string text(Integer value) {
  return fmt::format("{}", value);
}
template <class A, class B>
std::string text(const std::pair<A, B>& pair);
template <class T>
std::string text(const std::vector<T>& values);
template <class T>
std::string text(const std::optional<T>& value);
template <class... Ts>
std::string text(const std::tuple<Ts...>& tuple);

template <class A, class B>
std::string text(const std::pair<A, B>& pair) {
  return text(pair.first) + ":" + text(pair.second);
}
template <class T>
std::string text(const std::vector<T>& values) {
  std::string all = "[";
  for (const auto& value : values) all += text(value) + " ";
  return all + "]";
}

template <class T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : "none";
}
template <class... Ts>
std::string text(const std::tuple<Ts...>& tuple) {
  std::string all = "(";
  std::apply([&all](const Ts&... parts) { ((all += text(parts) + " "), ...); }, tuple);
  return all + ")";
}

template <class Value>
void print(std::int64_t partitions, const char* name, const Value& value) {
  fmt::print("P={} {} = {}\n", partitions, name, text(value));
}

double harmonic(std::int64_t i) {
  return (i % 3 == 0 ? -1e6 : 1.0) / static_cast<double>(i + 1);
}

std::string word(std::int64_t i) {
  return std::string(static_cast<std::size_t>(i * i % 11), static_cast<char>('a' + i % 26));
}

void printNumbers(Context& sc, std::int64_t partitions) {
  const auto numbers = sc.generate(
      2500, [](std::int64_t i) { return harmonic(i); }, partitions);
  print(partitions, "sum", numbers.sum());
  print(partitions, "mean", numbers.mean());
  print(partitions, "variance", numbers.variance());
  print(partitions, "sampleStdev", numbers.sampleStdev());
  print(partitions, "reduce", numbers.reduce(std::plus<>()));
  print(partitions, "fold", numbers.fold(0.1, std::plus<>()));
  for (const int depth : {1, 2, 3}) {
    print(partitions, "treeReduce", numbers.treeReduce(std::plus<>(), depth));
    print(partitions, "treeAggregate", numbers.treeAggregate(0.1, std::plus<>(), std::plus<>(), depth));
  }
  const auto [edges, counts] = numbers.histogram(9);
  print(partitions, "histogram's edges", edges);
  print(partitions, "histogram", counts);
  print(partitions, "approxQuantile", numbers.approxQuantile({0, 0.1, 0.5, 0.95, 1}, 0.02));
  print(partitions, "exact quantiles", numbers.approxQuantile({0, 0.1, 0.5, 0.95, 1}, 0));
  print(partitions, "countApproxDistinct", numbers.countApproxDistinct());
  print(partitions, "prefixSum", numbers.prefixSum().sample(false, 0.02, 3).collect());
  print(partitions, "exclusivePrefixSum", numbers.exclusivePrefixSum().top(3));
  print(partitions, "window", numbers.window(70, [](auto x) { return x[0] / x[69]; }).sample(false, 0.02, 3).collect());
  print(partitions, "top", numbers.top(20));
  print(partitions, "sample", numbers.sample(false, 0.02, 3).collect());
  print(partitions, "sample with replacement", numbers.sample(true, 0.02, 3).collect());
  print(partitions, "takeSample", numbers.takeSample(false, 15, 5));
  print(partitions, "takeSample with replacement", numbers.takeSample(true, 15, 5));
  const auto sum = sc.accumulator(0.25);
  numbers.foreach ([sum](double x) { sum.add(x); });
  print(partitions, "accumulator", sum.value());
}

void printOrders(Context& sc, std::int64_t partitions) {
  const auto words = sc.generate(
      300, [](std::int64_t i) { return word(i); }, partitions);
  const auto cached = words.filter([](const std::string& x) { return x.size() % 4 != 1; }).cache();
  print(partitions, "glom", cached.glom().collect());
  print(partitions, "coalesce", cached.coalesce(3).glom().collect());
  print(partitions, "union", (cached + words).coalesce(4).zipWithIndex().collect());
  print(partitions, "cartesian", cached.coalesce(2).sample(false, 0.1).cartesian(cached.sample(false, 0.1)).collect());
  print(partitions, "zipWithUniqueId", cached.zipWithUniqueId().collect());
  print(partitions, "concatenation", cached.treeReduce(std::plus<>(), 3));
  print(partitions, "take", cached.take(40));
  const auto size = [](const std::string& x) { return x.size(); };
  print(partitions, "top by size", cached.top(30, size));
  print(partitions, "max by size", cached.max(size));
  for (const auto& [value, count] : cached.countByValue()) print(partitions, "countByValue", std::pair(value, count));
  const auto pairs = cached.keyBy([](const std::string& x) { return std::int64_t(x.size()); });
  for (const auto& pair : pairs.collectAsMap()) print(partitions, "collectAsMap", pair);
  try {
    cached.map([](const std::string& x) { return x.at(3); }).count();
  } catch (const seltzer::TaskError& error) {
    print(partitions, "failing partition", error.failure().partition);
    print(partitions, "operation", error.failure().operation);
  }
}

/// Prints all partitions of an RDD.
template <class T>
void printParts(std::int64_t partitions, const char* name, const RDD<T>& rdd) {
  print(partitions, name, rdd.glom().collect());
}

RDD<std::pair<std::string, double>> keyedNumbers(Context& sc, std::int64_t partitions) {
  return sc.generate(
      400, [](std::int64_t i) { return std::pair(word(i * 7), harmonic(i)); }, partitions);
}

void printByKey(Context& sc, std::int64_t partitions) {
  const auto pairs = keyedNumbers(sc, partitions);
  for (const std::int64_t n : {1, 3, 11}) {
    printParts(partitions, "partitionBy", pairs.partitionBy(n));
    printParts(partitions, "reduceByKey", pairs.reduceByKey(std::plus<>(), n));
    printParts(partitions, "foldByKey", pairs.foldByKey(0.1, std::minus<>(), n));
    printParts(partitions, "aggregateByKey", pairs.aggregateByKey(0.3, std::plus<>(), std::minus<>(), n));
    printParts(partitions, "combineByKey",
               pairs.combineByKey([](double x) { return x / 3; }, [](double& sum, double x) { sum = sum / 2 + x; },
                                  [](double a, double b) { return a - b / 7; }, n));
    printParts(partitions, "groupByKey", pairs.groupByKey(n));
    printParts(partitions, "countApproxDistinctByKey", pairs.countApproxDistinctByKey(0.1, n));
  }
  printParts(partitions, "groupBy", pairs.groupBy([](const auto& pair) { return pair.first.size(); }));
  const auto means = pairs.groupByKey(5).mapValues([](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  });
  printParts(partitions, "a chain",
             means.map([](const auto& pair) { return std::pair(pair.first.size(), pair.second); })
                 .reduceByKey(std::plus<>(), 4));
}

/// So many distinct keys that map tasks send most values uncombined.
void printManyKeys(Context& sc, std::int64_t partitions) {
  const auto numbers = sc.generate(
      400'000, [](std::int64_t i) { return std::pair(i < 300'000 ? i : i % 997, harmonic(i)); }, partitions);
  const auto sums = numbers.reduceByKey(std::plus<>(), 3);
  printParts(partitions, "reduceByKey of many keys", sums.filter([](const auto& sum) { return sum.first < 1000; }));
  print(partitions, "sum of sums", sums.values().sum());
}

void printJoins(Context& sc, std::int64_t partitions) {
  const auto left = keyedNumbers(sc, partitions);
  const auto right = sc.generate(
      60, [](std::int64_t i) { return std::pair(word(i + 3), i); }, 5);
  for (const std::int64_t n : {1, 6}) {
    printParts(partitions, "join", left.join(right, n));
    printParts(partitions, "leftOuterJoin", left.leftOuterJoin(right, n));
    printParts(partitions, "rightOuterJoin", left.rightOuterJoin(right, n));
    printParts(partitions, "fullOuterJoin", left.fullOuterJoin(right, n));
    printParts(partitions, "leftSemiJoin", left.leftSemiJoin(right, n));
    printParts(partitions, "leftAntiJoin", left.leftAntiJoin(right, n));
    printParts(partitions, "subtractByKey", left.subtractByKey(right, n));
    printParts(partitions, "cogroup", left.cogroup(right, n));
    printParts(partitions, "cogroup of three", right.cogroup(left, right, n));
  }
  printParts(partitions, "broadcastLeftOuterJoin", left.broadcastLeftOuterJoin(right));
}

void printSpread(Context& sc, std::int64_t partitions) {
  const auto words = sc.generate(
      500, [](std::int64_t i) { return word(i); }, partitions);
  const auto others = sc.generate(
      90, [](std::int64_t i) { return word(3 * i); }, 4);
  const auto some = words.filter([](const std::string& x) { return x.size() % 3 != 1; });
  for (const std::int64_t n : {1, 2, 9}) {
    printParts(partitions, "repartition", some.repartition(n));
    printParts(partitions, "distinct", some.distinct(n));
    printParts(partitions, "zipPadded", some.zipPadded(others, "none", "none", n));
    printParts(partitions, "intersection", some.intersection(others, n));
    printParts(partitions, "subtract", some.subtract(others, n));
  }
  print(partitions, "sum after repartition", keyedNumbers(sc, partitions).values().repartition(3).sum());
}

/// Sorts, actions by key and samples by key.
void printSorts(Context& sc, std::int64_t partitions) {
  const auto pairs = sc.generate(
      900, [](std::int64_t i) { return std::pair(word(i), harmonic(i)); }, partitions);
  const auto sorted = pairs.sortByKey(true, 5);
  print(partitions, "sortByKey", sorted.glom().collect());
  print(partitions, "sortByKey down", pairs.sortByKey(false, 3).glom().collect());
  const auto size = [](const std::pair<std::string, double>& pair) { return pair.first.size(); };
  print(partitions, "sortBy size", pairs.sortBy(size, false, 4).glom().collect());
  print(partitions, "sortBy value", pairs.values().sortBy(std::negate<>(), true, 6).glom().collect());
  print(partitions, "merge",
        pairs.values().sortBy(std::negate<>()).merge(pairs.values(), std::negate<>()).glom().collect());
  print(partitions, "filterByRange", sorted.filterByRange("c", "g").glom().collect());
  const seltzer::RangePartitioner ranges(4, pairs);
  print(partitions, "range bounds", ranges.bounds());
  const auto sections = pairs.repartitionAndSortWithinPartitions(ranges);
  print(partitions, "sorted sections", sections.glom().collect());
  print(partitions, "partitioned union", (sections + pairs.partitionBy(ranges)).glom().collect());
}

void printKeyActions(Context& sc, std::int64_t partitions) {
  const auto pairs = sc.generate(
      900, [](std::int64_t i) { return std::pair(word(i), harmonic(i)); }, partitions);
  print(partitions, "lookup", pairs.lookup("b"));
  print(partitions, "lookup where partitioned", pairs.partitionBy(3).lookup("b"));
  for (const auto& [key, count] : pairs.countByKey()) print(partitions, "countByKey", std::pair(key, count));
  for (const auto& pair : pairs.reduceByKeyLocally(std::plus<>())) print(partitions, "reduceByKeyLocally", pair);
  for (const auto& pair : pairs.aggregateByKeyLocally(0.5, std::plus<>(), std::plus<>())) {
    print(partitions, "aggregateByKeyLocally", pair);
  }
}

void printKeySamples(Context& sc, std::int64_t partitions) {
  const auto pairs = sc.generate(
      900, [](std::int64_t i) { return std::pair(i * i % 7 % 3, harmonic(i)); }, partitions);
  for (const bool withReplacement : {false, true}) {
    const auto sample = pairs.sampleByKey(withReplacement, {{0, 0.02}, {1, 0.05}, {2, 0.3}}, 4);
    print(partitions, "sampleByKey", sample.glom().collect());
    const auto exact = pairs.sampleByKeyExact(withReplacement, {{0, 0.02}, {1, 0.05}, {2, 0.3}}, 4);
    print(partitions, "sampleByKeyExact", exact.glom().collect());
  }
  for (const auto& split : pairs.randomSplit({0.1, 0.2, 0.3}, 6)) {
    print(partitions, "randomSplit", split.glom().collect());
  }
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](Context& sc) {
    for (const std::int64_t partitions : {1, 2, 7, 16, 40}) {
      printNumbers(sc, partitions);
      printOrders(sc, partitions);
      printByKey(sc, partitions);
      printJoins(sc, partitions);
      printSpread(sc, partitions);
      printSorts(sc, partitions);
      printKeyActions(sc, partitions);
      printKeySamples(sc, partitions);
    }
    for (const std::int64_t partitions : {1, 2}) printManyKeys(sc, partitions);
  });
}
