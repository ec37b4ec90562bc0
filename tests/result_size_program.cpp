#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

// Actions with results above and below the limit, run with --seltzer-max-result-size=100000.

namespace {

using namespace seltzer;

constexpr std::size_t limit = 100000;
constexpr std::int64_t fitting = 12000;  // int64 values that fit, with their headers

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("does not hold: " + what);
}

std::uint64_t receivedByDriver(Context& sc) {
  return sc.traffic().front().pointToPoint.bytesReceived;
}

/// Expects the job to throw that its result is too large, and the driver to receive next to none of it.
template <class Job>
void requireTooLarge(Context& sc, const std::string& operation, Job job) {
  const std::uint64_t before = receivedByDriver(sc);
  try {
    job();
  } catch (const ResultSizeError& error) {
    const std::string what = error.what();
    require(what.starts_with(operation + " at result_size_program.cpp:"), operation + " says where: " + what);
    require(what.find("--seltzer-max-result-size allows 100000;") != std::string::npos, "the limit: " + what);
    require(what.find(std::to_string(error.bytes())) != std::string::npos, "the size: " + what);
    require(error.bytes() > limit, "the size is above the limit");
    require(receivedByDriver(sc) - before <= limit + 10000, operation + " is not sent");
    require(sc.range(0, 1000, 1, 7).sum() == 499500, "the next job is right");
    require(sc.range(0, fitting, 1, 7).collect().back() == fitting - 1, "the next collect is right");
    return;
  }
  throw std::logic_error("does not hold: " + operation + " throws");
}

/// `count` numbers, all in partition `place` of `partitions`.
RDD<std::int64_t> together(Context& sc, std::int64_t count, std::int64_t place, std::int64_t partitions) {
  return sc.range(0, partitions, 1, partitions).flatMap<std::int64_t>([=](std::int64_t p, Emit<std::int64_t>& emit) {
    for (std::int64_t i = 0; p == place && i < count; ++i) emit(i);
  });
}

void collects(Context& sc) {
  for (const std::int64_t partitions : {1, 2, 5, 16}) {
    require(sc.range(0, fitting, 1, partitions).collect().size() == fitting, "what fits is collected");
    requireTooLarge(sc, "collect", [&] { sc.range(0, fitting + 1000, 1, partitions).collect(); });
    requireTooLarge(sc, "collect", [&] { sc.range(0, 10000000, 1, partitions).collect(); });
    for (std::int64_t place = 0; place < partitions; ++place) {
      const auto last = together(sc, fitting, place, partitions).collect();
      require(last.size() == fitting && last.back() == fitting - 1, "what fits is collected from one rank");
      requireTooLarge(sc, "collect", [&] { together(sc, fitting + 1000, place, partitions).collect(); });
    }
  }
  const auto texts =
      sc.range(0, 2000, 1, 5).map([](std::int64_t i) { return std::string(100, 'a') + std::to_string(i); });
  requireTooLarge(sc, "collect", [&] { texts.collect(); });
  requireTooLarge(sc, "collect", [&] { texts.glom().collect(); });
  requireTooLarge(sc, "take", [&] { texts.take(1500); });
  require(texts.take(500).size() == 500, "a take that fits");
}

void otherActions(Context& sc) {
  const auto numbers = sc.range(0, 40000, 1, 6);
  const auto pairs = numbers.keyBy([](std::int64_t x) { return x / 2; });
  requireTooLarge(sc, "collectAsMap", [&] { pairs.collectAsMap(); });
  requireTooLarge(sc, "countByValue", [&] { numbers.countByValue(); });
  requireTooLarge(sc, "countByKey", [&] { pairs.countByKey(); });
  requireTooLarge(sc, "lookup", [&] { numbers.keyBy([](std::int64_t) { return 1; }).lookup(1); });
  requireTooLarge(sc, "top", [&] { numbers.top(20000); });
  requireTooLarge(sc, "takeSample", [&] { numbers.takeSample(false, 20000); });
  using List = std::vector<std::int64_t>;
  const auto append = [](List& list, std::int64_t x) { list.push_back(x); };
  const auto join = [](List& list, const List& next) { list.insert(list.end(), next.begin(), next.end()); };
  requireTooLarge(sc, "aggregate", [&] { numbers.aggregate(List(), append, join); });
  requireTooLarge(sc, "treeAggregate", [&] { numbers.treeAggregate(List(), append, join, 2); });
  // Results combined on the ranks do not count, however many there are.
  const auto counters = sc.range(0, 64, 1, 64);
  const List sums = counters.treeAggregate(
      List(1000, 0), [](List& list, std::int64_t x) { list[static_cast<std::size_t>(x)] += x; },
      [](List& list, const List& next) {
        for (std::size_t i = 0; i < list.size(); ++i) list[i] += next[i];
      },
      3);
  require(sums[63] == 63 && sums.size() == 1000, "what a tree combines fits");
  requireTooLarge(sc, "aggregate", [&] { counters.aggregate(List(1000, 0), append, join); });
  std::int64_t seen = 0;
  for (const std::int64_t x : sc.range(0, 50000, 1, 5).toLocalIterator()) seen += x;
  require(seen == 50000LL * 49999 / 2, "a local iterator brings one partition at a time");
}

void failuresAndCaches(Context& sc) {
  const auto cached = sc.range(0, 50000, 1, 6).map([](std::int64_t x) { return 2 * x; }).cache();
  requireTooLarge(sc, "collect", [&] { cached.collect(); });
  require(cached.count() == 50000 && cached.sum() == 50000LL * 49999, "a cached RDD after its collect failed");
  const auto counted = sc.accumulator(std::int64_t{0});
  requireTooLarge(sc, "collect", [&] {
    sc.range(0, 50000, 1, 6)
        .map([counted](std::int64_t x) {
          counted.add(1);
          return x;
        })
        .collect();
  });
  require(counted.value() == 0, "accumulators of a job that failed");
  try {
    sc.range(0, 50000, 1, 1)
        .map([](std::int64_t x) { return x < 20 ? throw std::runtime_error("boom") : x; })
        .collect();
    throw std::logic_error("does not hold: a task error comes first");
  } catch (const TaskError&) {
  }
  requireTooLarge(sc, "collect", [&] { sc.range(0, 50000, 1, 6).repartition(5).collect(); });
}

/// No rank builds gigabytes of results only to discard them.
void memory(Context& sc) {
  const std::uint64_t before = sc.stats().resident.max();
  requireTooLarge(sc, "collect", [&] { sc.range(0, 100'000'000, 1, 3).collect(); });
  require(sc.stats().resident.max() - before < (std::uint64_t{100} << 20), "the ranks stop when they have too much");
}

void uncaught(Context& sc) {
  sc.range(0, 50000, 1, 3).collect();
}

void unlimited(Context& sc) {
  require(sc.range(0, 400000, 1, 3).collect().back() == 399999, "a collect without a limit");
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](Context& sc) {
    const std::map<std::string, std::function<void(Context&)>> scenarios{
        {"collects", collects}, {"other-actions", otherActions}, {"failures-and-caches", failuresAndCaches},
        {"memory", memory},     {"uncaught", uncaught},          {"unlimited", unlimited}};
    scenarios.at(argv[1])(sc);
    std::puts("all holds");
  });
}
