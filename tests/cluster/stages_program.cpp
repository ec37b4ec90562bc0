#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

namespace {

constexpr std::int64_t elements = 20'000;
constexpr std::int64_t keys = 97;

/// How often Slurm has requeued the job.
int restarts() {
  const char* count = std::getenv("SLURM_RESTART_COUNT");
  return count == nullptr ? 0 : std::atoi(count);
}

/// `rank 2 host n1 pid 4711` for each rank: the processes that a test may kill or stop.
void printRanks(seltzer::Context& sc) {
  const auto hosts = sc.hosts();
  const auto ranks = static_cast<std::int64_t>(sc.ranks());
  const auto pids =
      sc.range(0, ranks, 1, ranks).map([](std::int64_t) { return static_cast<std::int64_t>(::getpid()); }).collect();
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
    fmt::print("rank {} host {} pid {}\n", rank, hosts[rank], pids[rank]);
  }
  std::fflush(stdout);
}

/// Two stages, with an exchange between them: the sum over keys of the sums by key.
std::int64_t sumByKeys(seltzer::Context& sc) {
  return sc.range(0, elements, 1, static_cast<std::int64_t>(2 * sc.ranks()))
      .map([](std::int64_t x) { return std::pair(x % keys, x); })
      .reduceByKey(std::plus<>())
      .values()
      .sum();
}

/// Runs and checks jobs until the time is up.
void loop(seltzer::Context& sc, double limit) {
  printRanks(sc);
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t jobs = 0;
  double seconds = 0;
  while (seconds < limit) {
    const std::int64_t sum = sumByKeys(sc);
    if (sum != elements * (elements - 1) / 2) throw std::logic_error("a wrong sum: " + std::to_string(sum));
    ++jobs;
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  fmt::print("RESULT app=stages ranks={} seconds={:.6f} jobs={} sum={} restarts={}\n", sc.ranks(), seconds, jobs,
             elements * (elements - 1) / 2, restarts());
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("SELTZER_MOVE_TASKS", "off", 0);  // each rank says by a task of its own which process it is
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    CLI::App app(
        "Runs jobs of several stages for a time, says first which rank is which process, and checks each result.");
    double seconds = 60;
    double secondsAgain = 1;
    app.add_option("--seconds", seconds, "for how long")->capture_default_str();
    app.add_option("--seconds-again", secondsAgain, "for how long where Slurm has started the job again")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    loop(sc, restarts() == 0 ? seconds : secondsAgain);
    return seltzer::exitDone;
  });
}
