#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

#include "bench_all_ranks.hpp"
#include "bench_compare.hpp"
#include "bench_graph_mpi.hpp"
#include "bench_graph_rows.hpp"
#include "page_rank.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

/// Compares page rank on a random graph and a join of integers with hand-written ones. Both must have the same result.
namespace {

struct Options {
  std::int64_t vertices = 1'000'000;
  std::int64_t edges = 8'000'000;
  std::int64_t iterations = 10;
  std::int64_t rows = 10'000'000;
  std::int64_t keys = 1'000'000;
  int repeats = 3;
};

struct HandRun {
  double seconds = 0;
  double result = 0;
};

/// **Collective.** Runs and times `work()` once all ranks are ready.
template <class Work>
HandRun timed(Work work) {
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  const auto result = static_cast<double>(work());
  return {MPI_Wtime() - begin, result};
}

HandRun pageRankByHand(seltzer::Context& sc, const Options& options) {
  return bench::onAllRanks(sc, [vertices = options.vertices, edges = options.edges, iterations = options.iterations] {
    static const bench::HandGraph graph(vertices, edges);  // built once, before the clock starts
    return timed([&] { return graph.pageRank(iterations, PageRankOptions().damping); });
  });
}

HandRun joinByHand(seltzer::Context& sc, const Options& options) {
  return bench::onAllRanks(
      sc, [rows = options.rows, keys = options.keys] { return timed([&] { return bench::joinByHand(rows, keys); }); });
}

std::int64_t join(seltzer::Context& sc, const Options& options) {
  const auto many = sc.generate(options.rows, bench::ManyRows{static_cast<std::uint64_t>(options.keys)});
  return many.join(sc.generate(options.keys, bench::KeyRows())).count();
}

void requireEqual(std::string_view what, double engine, double byHand) {
  fmt::print("{}: {:.12g}, by hand {:.12g}\n", what, engine, byHand);
  if (!(std::abs(engine - byHand) <= 1e-9 * std::abs(byHand))) {
    throw std::runtime_error(fmt::format("{} differs from the one by hand", what));
  }
}

/// Current and peak resident memory, the largest of all ranks, in MB.
std::string resident(seltzer::Context& sc) {
  const auto ranks = static_cast<std::int64_t>(sc.ranks());
  const auto now = sc.runJob(sc.range(0, ranks, 1, ranks), [](std::size_t, auto&) {
    std::ifstream statm("/proc/self/statm");
    double pages = 0;
    statm >> pages >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
  });
  return fmt::format("{:.1f} MB now, {:.1f} MB at most", *std::max_element(now.begin(), now.end()) / 1e6,
                     static_cast<double>(sc.stats().resident.max()) / 1e6);
}

/// The sum of the squared page ranks; prints the memory that iterations take.
double checkedPageRank(seltzer::Context& sc, const Links& links, PageRankOptions options) {
  fmt::print("resident: {} after the links\n", resident(sc));
  double squares = 0;
  for (const std::int64_t iterations : {std::int64_t{1}, options.iterations}) {
    options.iterations = iterations;
    const Ranks ranks = pageRank(links, options).ranks;
    squares = ranks.values().map([](double rank) { return rank * rank; }).sum();
    fmt::print("resident: {} after {} iteration(s)\n", resident(sc), iterations);
  }
  return squares;
}

void benchAll(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  PageRankOptions algorithm;
  algorithm.iterations = options.iterations;
  const auto edges = sc.generate(options.edges, bench::PowerLawEdge{static_cast<std::uint64_t>(options.vertices)});
  const Links links = linksOf(edges, sc.ranks()).cache();
  const double linking = bench::secondsOf([&] { links.count(); });
  fmt::print("{} ranks, {} of {} vertices with {} edges, linked in {:.3g} s\n", sc.ranks(), links.count(),
             options.vertices, options.edges, linking);
  requireEqual("sum of squared page ranks", checkedPageRank(sc, links, algorithm), pageRankByHand(sc, options).result);
  requireEqual("rows of the join", static_cast<double>(join(sc, options)), joinByHand(sc, options).result);

  fmt::print("median of {}; ratio: the engine's time over the other's\n", options.repeats);
  fmt::print("{:<44}{:<32}{:>14}{:>14}{:>9}\n", "work", "against", "engine", "other", "ratio");
  bench::print(fmt::format("page rank, {} iterations", options.iterations), "compressed rows in MPI",
               bench::compare(
                   options.repeats, [&] { return bench::secondsOf([&] { pageRank(links, algorithm); }); },
                   [&] { return pageRankByHand(sc, options).seconds; }),
               "");
  bench::print(fmt::format("join of {:.3g} rows with {:.3g}", static_cast<double>(options.rows),
                           static_cast<double>(options.keys)),
               "a hash join in MPI",
               bench::compare(
                   options.repeats, [&] { return bench::secondsOf([&] { join(sc, options); }); },
                   [&] { return joinByHand(sc, options).seconds; }),
               "");
  std::cout << sc.stats() << std::flush;
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Measures page rank on a random graph and a join of integers against the same written by hand.");
  const auto counts = {std::tuple("--vertices", &options.vertices, "vertices of the graph, below 2^31"),
                       std::tuple("--edges", &options.edges, "edges of the graph"),
                       std::tuple("--rows", &options.rows, "rows of the larger side of the join"),
                       std::tuple("--keys", &options.keys, "rows of its smaller side, with distinct keys, below 2^31")};
  std::map<std::string, std::string> texts;
  for (const auto& [name, count, description] : counts) {
    app.add_option(name, texts[name] = std::to_string(*count), description)->capture_default_str();
  }
  app.add_option("--iterations", options.iterations, "of the page rank")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--repeats", options.repeats, "measurements of each pair")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.callback([&] {
    for (const auto& [name, count, description] : counts) *count = wholeNumber(name, texts[name]);
    if (std::max(options.vertices, options.keys) >= std::int64_t{1} << 31) {
      throw CLI::ValidationError("--vertices and --keys", "must be below 2^31");
    }
  });
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    const double seconds = bench::secondsOf([&] { benchAll(sc, options); });
    program::printResult(
        sc, "bench_graph", static_cast<std::int64_t>(sc.defaultParallelism()), seconds,
        fmt::format("vertices={} edges={} iterations={}", options.vertices, options.edges, options.iterations));
    return seltzer::exitDone;
  });
}
