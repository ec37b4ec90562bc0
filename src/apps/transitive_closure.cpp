#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "page_rank_edges.hpp"

namespace {

struct Options {
  std::string edges;
  std::string output;                  // none: not written
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

/// Pairs of vertices as keys, which is how a set is kept partitioned; the value says nothing.
using Paths = seltzer::RDD<std::pair<Edge, bool>>;

struct Closure {
  Paths paths;
  std::int64_t count = 0;
  std::int64_t rounds = 0;
};

/// Each of the pairs once, by the hash of the pair.
Paths distinctPaths(const seltzer::RDD<Edge>& pairs, std::int64_t partitions) {
  return pairs.map([](const Edge& pair) { return std::pair(pair, true); })
      .reduceByKey(std::logical_or<bool>(), partitions);
}

/// All pairs (x, z) where one or more edges lead from x to z. Semi-naive: each round continues only the paths that the
/// round before found, by one edge, and keeps those that no round has found; it ends with a round that finds none, also
/// on cycles. A round is one job: the new paths and their candidates are shuffled, the edges and the paths found before
/// stay where they are.
Closure transitiveClosure(seltzer::Context& sc, const seltzer::RDD<Edge>& edges, std::int64_t partitions) {
  std::vector<Paths> found{distinctPaths(edges, partitions).cache()};
  const auto next = found.front().keys().partitionBy(partitions).cache();  // (y, z) where y is
  Closure closure{found.front(), 0, 0};
  while (const std::int64_t news = found.back().count()) {
    closure.count += news;
    ++closure.rounds;
    const auto ends = found.back().map([](const auto& path) { return Edge(path.first.second, path.first.first); });
    const auto longer = ends.join(next).map([](const auto& middle) { return middle.second; });  // (x, z)
    closure.paths = sc.union_(found);
    found.push_back(distinctPaths(longer, partitions).subtractByKey(closure.paths).cache());
  }
  return closure;
}

void close(seltzer::Context& sc, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const std::int64_t partitions = options.partitions.value_or(sc.ranks());
  const Closure closure = transitiveClosure(sc, readEdges(sc, options.edges, partitions), partitions);
  if (!options.output.empty()) {
    closure.paths.map([](const auto& path) { return fmt::format("{} {}", path.first.first, path.first.second); })
        .saveAsTextFile(options.output);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=transitive_closure ranks={} partitions={} seconds={:.6f} pairs={} rounds={}\n", sc.ranks(),
             partitions, seconds, closure.count, closure.rounds);
}

int parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Counts the pairs of vertices of a directed graph of which the second can be reached from the first, by one edge "
      "or more: a vertex reaches itself on a cycle, or by an edge to itself.");
  app.add_option("EDGES", options.edges,
                 "text files with an edge a line, 'from to', whole numbers; lines with # are comments. A file, a "
                 "folder, a pattern, or a list with commas; .gz, .bz2, .xz and .zst are decompressed")
      ->required();
  app.add_option("--output", options.output, "folder to be made, for the pairs, 'from to'");
  app.add_option("--partitions", options.partitions, "number of partitions; by default the number of ranks")
      ->check(CLI::PositiveNumber);
  app.footer("--seltzer-help lists the options of the engine.");
  try {
    app.parse(argc, argv);
    return -1;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? seltzer::exitDone : seltzer::exitUsage;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    Options options;
    const int code = parse(argc, argv, options);
    if (code < 0) close(sc, options);
    return std::max(code, 0);
  });
}
