#include "touchy_jobs.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace seltzer::test {
namespace {

constexpr std::int64_t count = 100;
constexpr std::int64_t keyCount = 7;

Context& sc() {
  return *Context::current();
}

RDD<Touchy> touchies(std::int64_t partitions) {
  return sc().range(0, count, 1, partitions).map([](std::int64_t x) { return Touchy(x * 37 % count); });
}

/// Keys that repeat.
RDD<std::pair<Touchy, std::int64_t>> keyed(std::int64_t partitions) {
  return sc().range(0, count, 1, partitions).map([](std::int64_t x) { return std::pair(Touchy(x % keyCount), x); });
}

/// Values that are Touchy.
RDD<std::pair<std::int64_t, Touchy>> valued(std::int64_t partitions) {
  return sc().range(0, count, 1, partitions).map([](std::int64_t x) { return std::pair(x % keyCount, Touchy(x)); });
}

template <class A, class B>
std::string text(const std::pair<A, B>& pair);
template <class T>
std::string text(const std::optional<T>& optional);
template <class T>
std::string text(const std::vector<T>& elements);

std::string text(std::int64_t number) {
  return std::to_string(number) + " ";
}
std::string text(const Touchy& touchy) {
  return std::to_string(touchy.number) + "t ";
}
template <class A, class B>
std::string text(const std::pair<A, B>& pair) {
  return "(" + text(pair.first) + text(pair.second) + ")";
}
template <class T>
std::string text(const std::optional<T>& optional) {
  return optional ? text(*optional) : "- ";
}
template <class T>
std::string text(const std::vector<T>& elements) {
  std::string all = "[";
  for (const T& element : elements) all += text(element);
  return all + "]";
}
/// Partitions keys by their number; its own serialization can fail.
struct TouchyPartitioner {
  Touchy state;
  std::int64_t partitions = 1;

  std::int64_t numPartitions() const { return partitions; }
  std::int64_t getPartition(const Touchy& key) const {
    at(Hook::partition, key.number);
    return key.number % partitions;
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& state& partitions;
  }
};

struct AddTouchy {
  void operator()(Touchy& into, const Touchy& from) const {
    at(Hook::merge, from.number);
    into.number += from.number;
  }
};

const auto identity = [](const Touchy& x) { return x; };
const auto plus = [](Touchy a, const Touchy& b) { return Touchy(a.number + b.number); };

std::string function(std::int64_t n) {
  return text(sc().range(0, count, 1, n).map(TouchyFunction{Touchy(1)}).collect());
}
std::string functionWithState(std::int64_t n) {
  const auto f = [](const Touchy& state, std::int64_t x) { return state.number + x; };
  return text(sc().range(0, count, 1, n).map(with(Touchy(3), f)).collect());
}
std::string collect(std::int64_t n) {
  return text(touchies(n).collect());
}
std::string sortBy(std::int64_t n) {
  return text(touchies(n).sortBy(identity, true, n).glom().collect());
}
std::string sortByKey(std::int64_t n) {
  return text(keyed(n).sortByKey(false, n).collect());
}
std::string reduceByKey(std::int64_t n) {
  return text(keyed(n).reduceByKey(std::plus<>(), n).collect());
}
std::string reduceValues(std::int64_t n) {
  return text(valued(n).reduceByKey(plus, n).collect());
}
std::string groupByKey(std::int64_t n) {
  return text(valued(n).groupByKey(n).collect());
}
std::string distinct(std::int64_t n) {
  return text(touchies(n).distinct(n).collect());
}
std::string join(std::int64_t n) {
  return text(keyed(n).join(keyed(2), n).collect());
}
std::string outerJoin(std::int64_t n) {
  return text(valued(n).leftOuterJoin(valued(1).filter([](const auto& pair) { return pair.first < 3; }), n).collect());
}
std::string partitionBy(std::int64_t n) {
  return text(keyed(n).partitionBy(TouchyPartitioner{Touchy(9), n}).collect());
}
std::string rangePartitioner(std::int64_t n) {
  const auto rdd = keyed(n);
  return text(rdd.partitionBy(RangePartitioner(n, rdd)).collect());
}
std::string repartition(std::int64_t n) {
  return text(touchies(n).repartition(n + 1).glom().collect());
}
std::string movedCache(std::int64_t n) {
  const auto cached = touchies(n).cache();
  const std::int64_t elements = cached.count();
  return text(elements) + text(cached.coalesce(1).collect()) + text(cached.zip(touchies(n)).collect());
}
std::string serializedCache(std::int64_t n) {
  const auto cached = touchies(n).persist(StorageLevel::MEMORY_ONLY_SER);
  const std::int64_t elements = cached.count();
  return text(elements) + text(cached.collect());
}
std::string treeAggregate(std::int64_t n) {
  const auto seq = [](Touchy a, const Touchy& b) { return Touchy(a.number * 31 % 1'000'003 + b.number); };
  return text(touchies(4 * n).treeAggregate(Touchy(0), seq, plus, 3));
}
std::string reduce(std::int64_t n) {
  return text(touchies(n).reduce(plus));
}
std::string takeOrdered(std::int64_t n) {
  return text(touchies(n).takeOrdered(5)) + text(touchies(n).top(3));
}
std::string accumulators(std::int64_t n) {
  const auto sum = sc().accumulator(std::int64_t{0}, {}, TouchyMerge());
  const auto touchy = sc().accumulator(Touchy(0), {}, AddTouchy());
  const auto all = sc().collectionAccumulator<Touchy>();
  sc().range(0, count, 1, n).foreach ([=](std::int64_t x) {
    sum.add(x);
    touchy.add(Touchy(x));
    all.add({Touchy(x)});
  });
  return text(sum.value()) + text(touchy.value()) + text(all.value());
}
std::string broadcast(std::int64_t n) {
  const auto value = sc().broadcast(Touchy(5));
  return text(sc().range(0, count, 1, n).map([value](std::int64_t x) { return value->number + x; }).collect());
}
std::string countByValue(std::int64_t n) {
  std::string all;
  for (const auto& [key, times] : touchies(n).countByValue()) all += text(key) + text(times);
  return all;
}
std::string aggregateByKey(std::int64_t n) {
  const auto seq = [](Touchy a, std::int64_t b) { return Touchy(a.number * 31 % 1'000'003 + b); };
  return text(keyed(n).aggregateByKey(Touchy(0), seq, plus, n).collect());
}
std::string cartesian(std::int64_t n) {
  const auto few = touchies(n).filter([](const Touchy& x) { return x.number % 19 == 0; });
  return text(few.cartesian(few).collect());
}
std::string parallelize(std::int64_t n) {
  std::vector<Touchy> elements;
  for (std::int64_t i = 0; i < count; ++i) elements.emplace_back(i);
  return text(sc().parallelize(elements, n).coalesce(std::max<std::int64_t>(1, n / 2)).collect());
}
std::string mapPartitions(std::int64_t n) {
  return text(touchies(n)
                  .mapPartitions([](auto& elements) {
                    std::vector<Touchy> some;
                    for (auto& element : elements) some.push_back(element);
                    return some;
                  })
                  .collect());
}
std::string lookup(std::int64_t n) {
  return text(keyed(n).partitionBy(n).lookup(Touchy(3)));
}

}  // namespace

const std::vector<TouchyJob>& touchyJobs() {
  static const std::vector<TouchyJob> jobs = {
      {"map of a function with state", function},
      {"map of with()", functionWithState},
      {"collect", collect},
      {"sortBy", sortBy},
      {"sortByKey", sortByKey},
      {"reduceByKey", reduceByKey},
      {"reduceByKey of values", reduceValues},
      {"groupByKey", groupByKey},
      {"distinct", distinct},
      {"join", join},
      {"leftOuterJoin", outerJoin},
      {"partitionBy", partitionBy},
      {"RangePartitioner", rangePartitioner},
      {"repartition", repartition},
      {"cached partitions that move", movedCache},
      {"serialized cache", serializedCache},
      {"treeAggregate", treeAggregate},
      {"reduce", reduce},
      {"takeOrdered, top", takeOrdered},
      {"accumulators", accumulators},
      {"broadcast", broadcast},
      {"countByValue", countByValue},
      {"aggregateByKey", aggregateByKey},
      {"cartesian", cartesian},
      {"parallelize", parallelize},
      {"mapPartitions", mapPartitions},
      {"lookup", lookup},
  };
  return jobs;
}

namespace {

/// A child exits normally; this process continues. Only once, since a thousand forks would take a minute.
void forkAndExit() {
  trap = Trap();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("no-such-program", "no-such-program", nullptr);
    std::exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
}

/// As above; the child calls std::terminate.
void forkAndTerminate() {
  trap = Trap();
  const pid_t child = ::fork();
  if (child == 0) std::terminate();
  int status = 0;
  ::waitpid(child, &status, 0);
}

}  // namespace

const std::vector<Spring>& springs() {
  static const std::vector<Spring> all = {
      {"throw std::exception", throwStandard},
      {"throw int", throwForeign},
      {"throw std::bad_alloc", [] { throw std::bad_alloc(); }},
      {"std::exit", [] { std::exit(6); }},
      {"_exit", [] { ::_exit(7); }},
      {"std::terminate", [] { std::terminate(); }},
      {"SIGKILL", [] { ::raise(SIGKILL); }},
      {"SIGSEGV", [] { ::raise(SIGSEGV); }},
      {"SIGABRT", [] { std::abort(); }},
      {"SIGTERM", [] { ::raise(SIGTERM); }},
      {"fork and exit", forkAndExit},
      {"fork and terminate", forkAndTerminate},
  };
  return all;
}

void arm(const Trap& given, std::size_t spring, int onRank) {
  // a collection too large to go to all ranks: its tasks do not move, so each rank gets one
  const auto ranks = static_cast<std::size_t>(sc().ranks());
  const std::vector<std::string> large(ranks, std::string(100'000, ' '));
  const auto everywhere = sc().parallelize(large, static_cast<std::int64_t>(ranks));
  sc().runJob(everywhere, [hook = given.hook, number = given.number, skip = given.skip, spring, onRank](
                              std::size_t rank, auto&) {
    trap = onRank < 0 || static_cast<int>(rank) == onRank ? Trap{hook, number, skip, springs()[spring].act} : Trap();
    return std::int64_t{0};
  });
}

void disarm() {
  arm(Trap(), 0);
}

}  // namespace seltzer::test
