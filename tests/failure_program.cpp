#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <seltzer/seltzer.hpp>

#include "data/sanitizer.hpp"
#include "failure_jobs.hpp"
#include "failure_values.hpp"

namespace {

using namespace seltzer;
using namespace seltzer::test;

struct Speechless : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

/// Held by the scenario "kept" until main returns.
std::optional<RDD<std::int64_t>> keptRDD;

// --- tasks that throw

void throwOnce(Context& sc, int victim) {
  const auto failing = [victim](std::int64_t x) {
    const bool first = TaskContext::current()->attempt() == 0;
    if (first && rankHere() == victim && x % perPartition == perPartition / 2) boom();
    return x;
  };
  const auto seen = sc.accumulator<std::int64_t>(0, "seen");
  const auto rdd = numbers(sc).map(failing);
  require(rdd.sum() == sumOfNumbers(sc), "an exact result after a retry");
  require(rdd.map([](std::int64_t x) { return static_cast<double>(x); }).sum() == static_cast<double>(sumOfNumbers(sc)),
          "a result by partitions after a retry");
  require(rdd.collect() == numbers(sc).collect(), "collect after a retry");
  numbers(sc).map(failing).foreach ([seen](std::int64_t) { seen.add(1); });
  numbers(sc)
      .map([seen](std::int64_t x) {
        seen.add(1);
        return x;
      })
      .map(failing)
      .count();
  require(seen.value() == 4 * perPartition * sc.ranks(), "an accumulator counts an attempt that failed as nothing");
  const auto kept = numbers(sc).map(failing);
  kept.cache();
  require(kept.sum() == sumOfNumbers(sc) && kept.sum() == sumOfNumbers(sc), "a stored partition after a retry");
  requireUsable(sc);
}

void throwAlways(Context& sc, int victim) {
  actingOn(sc, victim, [] { boom(); }).sum();
}

void throwCaught(Context& sc, int victim) {
  const CallSite site = CallSite::current();
  const auto rdd = actingOn(
      sc, victim, [] { boom(); }, site);
  const auto error = expectError<TaskError>([&] { rdd.count(); });
  const TaskFailure& failure = error.failure();
  require(failure.rank == victim, "the rank");
  require(failure.host == sc.hosts()[static_cast<std::size_t>(victim)], "the host");
  require(failure.partition == static_cast<std::size_t>(2 * victim), "the partition");
  require(failure.operation == "map", "the operation");
  require(failure.callSite == toString(site), "the call site");
  require(failure.attempts == sc.config().maxTaskFailures, "the attempts");
  require(failure.what == "boom", "what()");
  requireUsable(sc);
  expectError<TaskError>([&] { rdd.collect(); });
  requireUsable(sc);
}

void throwInAction(Context& sc, int victim) {
  const auto error = expectError<TaskError>([&] {
    numbers(sc).foreach ([victim](std::int64_t) {
      if (rankHere() == victim) boom();
    });
  });
  require(error.failure().operation == "foreach" && error.failure().rank == victim, "operation and rank");
  requireUsable(sc);
}

/// Throws std::out_of_range with a text that says little.
void findNothing() {
  std::map<int, int>().at(1);
}

void throwForeign(Context& sc, int victim) {
  const auto error = expectError<TaskError>([&] { actingOn(sc, victim, [] { throw 42; }).count(); });
  require(error.failure().rank == victim, "the rank");
  requireUsable(sc);
}

/// Every rank fails: the driver gets the failure of the first partition.
void throwEverywhere(Context& sc, int) {
  const auto error = expectError<TaskError>([&] {
    numbers(sc)
        .map([](std::int64_t x) {
          if (x % perPartition == 1) boom();
          return x;
        })
        .collect();
  });
  require(error.failure().partition == 0, "the first partition");
  requireUsable(sc);
}

/// Fails in `combine` on a rank, after the tasks and before the driver.
template <class Act>
void combineFails(Context& sc, int victim, Act act) {
  const std::int64_t partitions = 8 * sc.ranks();
  const auto rdd = sc.range(0, partitions, 1, partitions);
  const auto error = expectError<TaskError>([&] {
    rdd.treeReduce([victim, act](std::int64_t a, std::int64_t b) {
      if (rankHere() == victim) act();  // each partition has one element
      return a + b;
    });
  });
  require(error.failure().rank == victim && error.failure().operation == "treeReduce", "rank and operation");
  requireUsable(sc);
}

/// The driver merges the partitions' results, outside of tasks.
void mergeThrows(Context& sc, int) {
  const auto rdd = numbers(sc);
  expectError<std::runtime_error>([&] {
    rdd.reduce([](std::int64_t a, std::int64_t b) {
      if (TaskContext::current() == nullptr) boom();
      return a + b;
    });
  });
  requireUsable(sc);
}

// --- jobs inside tasks

Context* global = nullptr;
std::optional<RDD<std::int64_t>> globalRDD;

/// Globals are set on rank 0 only, where the driver function runs.
void nestedJob(Context& sc, int) {
  global = &sc;
  globalRDD = numbers(sc);
  const auto action = [] { globalRDD->count(); };
  const auto creation = [] { global->range(5); };
  const auto derivation = [] { globalRDD->map([](std::int64_t x) { return x; }); };
  const auto storage = [] { globalRDD->cache(); };
  expectError<NestedJobError>([&] { actingOn(sc, 0, action).count(); });
  expectError<NestedJobError>([&] { actingOn(sc, 0, creation).count(); });
  expectError<NestedJobError>([&] { actingOn(sc, 0, derivation).count(); });
  expectError<NestedJobError>([&] { actingOn(sc, 0, storage).count(); });
  expectError<NestedJobError>([&] {
    numbers(sc).reduce([](std::int64_t a, std::int64_t b) {
      if (TaskContext::current() == nullptr) globalRDD->count();
      return a + b;
    });
  });
  requireUsable(sc);
  require(globalRDD->count() == 2 * perPartition * sc.ranks(), "the RDD is usable");
  globalRDD.reset();
}

/// Driver-only calls on handles, which tasks on any rank hold.
void nestedOnAnyRank(Context& sc, int victim) {
  const auto shared = sc.broadcast(std::string("shared"));
  const auto total = sc.accumulator<std::int64_t>(0);
  const auto destroying = [shared] { shared.destroy(); };
  const auto forgetting = [shared] { shared.unpersist(); };
  const auto reading = [total] { static_cast<void>(total.value()); };
  expectError<NestedJobError>([&] { actingOn(sc, victim, destroying).count(); });
  expectError<NestedJobError>([&] { actingOn(sc, victim, forgetting).count(); });
  expectError<NestedJobError>([&] { actingOn(sc, victim, reading).count(); });
  require(shared.value() == "shared", "the value is still there");
  requireUsable(sc);
}

// --- processes that end, and memory that runs out

std::size_t tooMuch() {
  volatile std::size_t size = std::size_t{1} << 60;
  return size;
}

void exhaustMemory() {
  if (seltzer::detail::underAddressSanitizer) throw std::bad_alloc();  // the sanitizer would end the process
  std::vector<char> all(tooMuch());
  std::puts(all.empty() ? "none" : "some");
}

void taskMemory(Context& sc, int victim) {
  actingOn(sc, victim, [] { exhaustMemory(); }).count();
}

void actionMemory(Context& sc, int victim) {
  numbers(sc).reduce([victim](std::int64_t a, std::int64_t b) {
    if (rankHere() == victim) exhaustMemory();
    return a + b;
  });
}

void actionExits(Context& sc, int victim) {
  numbers(sc).reduce([victim](std::int64_t a, std::int64_t b) {
    if (rankHere() == victim) std::exit(6);
    return a + b;
  });
}

template <class Act>
std::function<void(Context&, int)> inTask(Act act) {
  return [act](Context& sc, int victim) { actingOn(sc, victim, act).count(); };
}

template <class Act>
std::function<void(Context&, int)> inCombine(Act act) {
  return [act](Context& sc, int victim) { combineFails(sc, victim, act); };
}

/// The driver function; its output shows how far it got.
int runScenario(Context& sc, const std::string& scenario, int victim) {
  const std::map<std::string, std::function<void(Context&, int)>> scenarios{
      {"none", [](Context& context, int) { requireUsable(context); }},
      {"throw-once", throwOnce},
      {"throw-always", throwAlways},
      {"throw-caught", throwCaught},
      {"throw-in-action", throwInAction},
      {"throw-typed", inTask([] { findNothing(); })},
      {"throw-foreign", throwForeign},
      {"throw-everywhere", throwEverywhere},
      {"combine-throws", inCombine([] { boom(); })},
      {"combine-throws-foreign", inCombine([] { throw 42; })},
      {"merge-throws", mergeThrows},
      {"save-throws", saveThrows},
      {"move-throws", moveThrows},
      {"load-throws", loadThrows},
      {"load-memory", loadMemory},
      {"exchange-memory", exchangeMemory},
      {"destructor-throws", destructorThrows},
      {"kept", [](Context& context, int) { keptRDD = numbers(context); }},
      {"what-is-null", inTask([] { throw Speechless(); })},
      {"driver-what-is-null", [](Context&, int) { throw Speechless(); }},
      {"nested-job", nestedJob},
      {"nested-on-any-rank", nestedOnAnyRank},
      {"task-memory", taskMemory},
      {"action-memory", actionMemory},
      {"combine-memory", inCombine([] { exhaustMemory(); })},
      {"task-exits", inTask([] { std::exit(6); })},
      {"action-exits", actionExits},
      {"combine-exits", inCombine([] { std::exit(6); })},
      {"task-aborts", inTask([] { std::abort(); })},
      {"task-killed", inTask([] { std::raise(SIGKILL); })},
      {"task-segfaults", inTask([] { std::raise(SIGSEGV); })},
      {"driver-throws", [](Context&, int) { throw std::runtime_error("the driver's own error"); }},
      {"driver-throws-typed", [](Context&, int) { findNothing(); }},
      {"driver-throws-foreign", [](Context&, int) { throw 42; }},
      {"driver-memory", [](Context&, int) { exhaustMemory(); }},
      {"driver-exits", [](Context&, int) { std::exit(5); }},
      {"no-checkpoint-directory",
       [](Context& context, int) {
         const auto rdd = numbers(context);
         expectError<std::logic_error>([&] { rdd.checkpoint(); });
         std::int64_t value = 1;
         expectError<std::logic_error>([&] { context.remember("value", value); });
         requireUsable(context);
       }},
      {"driver-exits-with-0", [](Context&, int) { std::exit(0); }},
      {"driver-exits-after-job",
       [](Context& context, int) {
         requireUsable(context);
         std::exit(5);
       }},
  };
  if (scenario == "driver-returns-7") return 7;
  const auto known = scenarios.find(scenario);
  if (known == scenarios.end()) throw std::invalid_argument("no such scenario: " + scenario);
  known->second(sc, victim);
  std::puts("the driver function has ended");
  return exitDone;
}

void tryAfterwards(const char* what, const std::function<void()>& use) {
  try {
    use();
  } catch (const std::logic_error& error) {
    std::printf("%s refused: %s\n", what, error.what());
  }
}

}  // namespace

/// failure_program <scenario> [--victim <rank>]: fails in this way on this rank.
int main(int argc, char** argv) {
  ::setenv("SELTZER_MOVE_TASKS", "off", 0);  // scenarios fail on a rank that they name
  const int code = run(argc, argv, [&](Context& sc) {
    std::string scenario = "none";
    int victim = 0;
    CLI::App app("Fails in a chosen way");
    app.add_option("scenario", scenario);
    app.add_option("--victim", victim, "The rank on which it fails");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? int{exitDone} : int{exitUsage};
    }
    return runScenario(sc, scenario, victim);
  });
  if (keptRDD) {
    tryAfterwards("map", [] { static_cast<void>(keptRDD->map([](std::int64_t x) { return x; })); });
    tryAfterwards("count", [] { static_cast<void>(keptRDD->count()); });
    tryAfterwards("cache", [] { keptRDD->cache(); });
    tryAfterwards("range", [] { static_cast<void>(keptRDD->context().range(5)); });
    tryAfterwards("stats", [] { static_cast<void>(keptRDD->context().stats()); });
    tryAfterwards("storage", [] { static_cast<void>(keptRDD->context().getRDDStorageInfo()); });
  }
  std::printf("main returns %d\n", code);
  return code;
}
