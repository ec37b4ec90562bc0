#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_compare.hpp"
#include "bench_keys.hpp"
#include "program_frame.hpp"

/// Tasks of unequal cost: how near the ranks come to sharing the work evenly.
namespace {

namespace fs = std::filesystem;
using Costs = std::vector<std::int64_t>;  // of the tasks, in units

struct Options {
  double seconds = 1;  // of each shape, on one rank
  std::int64_t tasks = 32;
  int repeats = 3;
  std::string folder;  // for files of unequal size; none: not measured
};

/// This process works at half speed.
bool isSlow = false;

std::uint64_t work(std::int64_t units) {
  std::uint64_t word = static_cast<std::uint64_t>(units);
  for (std::int64_t i = 0; i < units * (isSlow ? 2 : 1) * 100; ++i) word = bench::mixed(word + 1);
  return word;
}

double secondsOfUnit() {
  constexpr std::int64_t units = 300'000;
  std::uint64_t sum = work(units / 10);
  const double seconds = bench::secondsOf([&sum] { sum += work(units); }) / static_cast<double>(units);
  if (sum == 0) std::cout << "";  // so that the work is not optimized away
  return seconds;
}

/// `costs` scaled to a total of `units`.
Costs scaled(const Costs& costs, double units) {
  const auto sum = static_cast<double>(std::accumulate(costs.begin(), costs.end(), std::int64_t{0}));
  Costs result;
  for (const std::int64_t cost : costs) {
    result.push_back(static_cast<std::int64_t>(static_cast<double>(cost) * units / sum));
  }
  return result;
}

Costs linear(std::int64_t tasks) {
  Costs costs(static_cast<std::size_t>(tasks));
  std::iota(costs.begin(), costs.end(), 1);
  return costs;
}

/// Equal costs, except for the last `count` tasks, which together cost as much as all the others.
Costs longAtTheEnd(std::int64_t tasks, std::int64_t count) {
  Costs costs(static_cast<std::size_t>(tasks), count);
  std::fill(costs.end() - count, costs.end(), tasks - count);
  return costs;
}

double run(seltzer::Context& sc, const Costs& costs) {
  const auto tasks = sc.parallelize(costs, static_cast<std::int64_t>(costs.size()));
  return bench::secondsOf([&] { tasks.map([](std::int64_t units) { return work(units) & 1; }).sum(); });
}

/// Prints the median beside the ideal: the total spread evenly over ranks whose speeds add up to `speeds`, but at least
/// the time of the longest task.
void report(seltzer::Context& sc, std::string_view shape, const std::vector<double>& seconds, double total,
            double longest, double speeds, std::uint64_t moved) {
  const double ideal = std::max(total / speeds, longest);
  const double median = bench::median(seconds);
  fmt::print("RESULT shape={} ranks={} seconds={:.4f} one_rank={:.4f} ideal={:.4f} over_ideal={:.3f} moved={}\n", shape,
             sc.ranks(), median, total, ideal, median / ideal, moved);
  std::cout << std::flush;
}

void measure(seltzer::Context& sc, std::string_view shape, const Costs& shares, double unit, double speeds,
             const Options& options) {
  const Costs costs = scaled(shares, options.seconds / unit);
  std::vector<double> seconds;
  const std::uint64_t before = sc.stats().total.movedTasks;
  for (int i = 0; i < options.repeats; ++i) seconds.push_back(run(sc, costs));
  const std::uint64_t moved = (sc.stats().total.movedTasks - before) / static_cast<std::uint64_t>(options.repeats);
  report(sc, shape, seconds, options.seconds, static_cast<double>(*std::ranges::max_element(costs)) * unit, speeds,
         moved);
}

/// Files of a size that grows with their number, each in a partition of its own; every byte costs the same.
void measureFiles(seltzer::Context& sc, double unit, const Options& options) {
  const fs::path folder = fs::path(options.folder) / "files";
  fs::create_directories(options.folder);
  if (!fs::create_directory(folder)) {
    throw seltzer::UsageError(
        fmt::format("--files: {} exists already; remove it, or name another folder", folder.string()));
  }
  const Costs sizes = scaled(linear(options.tasks), 1e6);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::ofstream(folder / fmt::format("{:04}", i)) << std::string(static_cast<std::size_t>(sizes[i]), 'x');
  }
  const double unitsOfByte = options.seconds / unit / 1e6;
  std::vector<double> seconds;
  const std::uint64_t before = sc.stats().total.movedTasks;
  for (int i = 0; i < options.repeats; ++i) {
    const auto files = sc.wholeTextFiles(folder, options.tasks);
    seconds.push_back(bench::secondsOf([&] {
      files
          .map([unitsOfByte](const auto& file) {
            return work(static_cast<std::int64_t>(static_cast<double>(file.second.size()) * unitsOfByte)) & 1;
          })
          .sum();
    }));
  }
  const std::uint64_t moved = (sc.stats().total.movedTasks - before) / static_cast<std::uint64_t>(options.repeats);
  report(sc, "files", seconds, options.seconds, static_cast<double>(sizes.back()) * unitsOfByte * unit, sc.ranks(),
         moved);
  fs::remove_all(folder);
}

/// By a collection that is too large for tasks to move, so that each rank gets one.
void slowDownLastRank(seltzer::Context& sc) {
  const auto ranks = static_cast<std::size_t>(sc.ranks());
  const std::vector<std::string> large(ranks, std::string(100'000, ' '));
  sc.runJob(sc.parallelize(large, sc.ranks()), [last = ranks - 1](std::size_t rank, auto&) {
    isSlow = rank == last;
    return std::int64_t{0};
  });
}

void benchmark(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  const double unit = secondsOfUnit();
  const double ranks = sc.ranks();
  fmt::print("bench_balance: {} tasks of {} s together\n", options.tasks, options.seconds);
  measure(sc, "even", Costs(static_cast<std::size_t>(options.tasks), 1), unit, ranks, options);
  measure(sc, "linear", linear(options.tasks), unit, ranks, options);
  measure(sc, "four_long_at_the_end", longAtTheEnd(options.tasks, 4), unit, ranks, options);
  measure(sc, "one_long_at_the_end", longAtTheEnd(options.tasks, 1), unit, ranks, options);
  if (!options.folder.empty()) measureFiles(sc, unit, options);
  slowDownLastRank(sc);
  measure(sc, "last_rank_at_half_speed", Costs(static_cast<std::size_t>(options.tasks), 1), unit, ranks - 0.5, options);
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Measures tasks of unequal cost beside an even distribution of the work over the ranks. Compare runs with "
      "--seltzer-move-tasks=auto and off.");
  app.add_option("--seconds", options.seconds, "of each shape, on one rank")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--tasks", options.tasks, "of each shape")->check(CLI::Range(5, 100'000))->capture_default_str();
  app.add_option("--repeats", options.repeats, "of each shape")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--files", options.folder, "folder for files of unequal size, which all ranks see");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    benchmark(sc, options);
    return seltzer::exitDone;
  });
}
