#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

// Prints results of every kind as text, floating-point numbers with all their bits. What it prints depends on nothing
// but numbers of partitions that are fixed here: digest.sh compares it at several numbers of ranks.

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
std::string text(const std::pair<A, B>& pair) {
  return text(pair.first) + ":" + text(pair.second);
}
template <class T>
std::string text(const std::vector<T>& values) {
  std::string all = "[";
  for (const auto& value : values) all += text(value) + " ";
  return all + "]";
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

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [](Context& sc) {
    for (const std::int64_t partitions : {1, 2, 7, 16, 40}) {
      printNumbers(sc, partitions);
      printOrders(sc, partitions);
    }
  });
}
