#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <seltzer/seltzer.hpp>

namespace {

using namespace seltzer;

RDD<std::int64_t> numbers(Context& sc, CallSite where = CallSite::current()) {
  return sc.range(0, 200 * sc.ranks(), 1, 2 * sc.ranks(), where);
}

void requireUsable(Context& sc) {
  const std::int64_t count = 200 * sc.ranks();
  if (numbers(sc).sum() != count * (count - 1) / 2) throw std::logic_error("the sum is wrong");
  std::puts("the next job works");
}

void printConfig(const Config& config) {
  std::printf("message-limit=%zu\nexchange-budget=%zu\nmax-task-failures=%zu\nmax-result-size=%zu\n",
              config.messageLimit, config.exchangeBudget, config.maxTaskFailures, config.maxResultSize);
  std::printf("default-parallelism=%zu\nrank-timeout=%zu\nprogress=%s\n", config.defaultParallelism, config.rankTimeout,
              config.progress == Progress::off ? "off" : "auto");
}

}  // namespace

/// 12.8 MB on all ranks, twice.
void shuffle(Context& sc) {
  const auto keyed = sc.range(0, 800'000, 1, 4).keyBy([](std::int64_t x) { return x % 7; });
  if (keyed.partitionBy(4).values().sum() != std::int64_t{800'000} * 799'999 / 2) throw std::logic_error("a wrong sum");
}

/// 16 MB, which go to all ranks and stay there.
void scatter(Context& sc) {
  const auto ones = sc.parallelize(std::vector<std::int64_t>(2'000'000, 1), 6);
  ones.map([](std::int64_t x) { return x + 1; }).cache().sum();
}

/// options_program job | config | throw | exit | shuffle | scatter: a job that works, the options as the library parsed
/// them, a task that fails on rank 1, a driver function that exits with 5, or a larger job.
int main(int argc, char** argv) {
  return run(argc, argv, [&](Context& sc) {
    const std::string scenario = argc == 2 ? argv[1] : "";
    if (scenario == "config") {
      printConfig(sc.config());
    } else if (scenario == "shuffle") {
      shuffle(sc);
      requireUsable(sc);
    } else if (scenario == "scatter") {
      scatter(sc);
    } else if (scenario == "throw") {
      numbers(sc)
          .map([](std::int64_t x) -> std::int64_t {
            if (x >= 200) throw std::runtime_error("boom");
            return x;
          })
          .sum();
    } else {
      requireUsable(sc);
      if (scenario == "exit") std::exit(5);
    }
  });
}
