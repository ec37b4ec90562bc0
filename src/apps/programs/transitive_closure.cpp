#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "edge_list.hpp"
#include "program_frame.hpp"

namespace {

struct Options {
  std::string edges;
  std::string output;  // none: not written
  seltzer::PartitionCount partitions;
  program::Checkpoints checkpoints;
};

/// A partitioned set of pairs of vertices: they are the keys, and the values mean nothing.
using Paths = seltzer::RDD<std::pair<Edge, bool>>;

struct Closure {
  Paths paths;
  std::int64_t count = 0;
  std::int64_t rounds = 0;
};

/// The distinct pairs, hash partitioned.
Paths distinctPaths(const seltzer::RDD<Edge>& pairs, std::int64_t partitions) {
  return pairs.map([](const Edge& pair) { return std::pair(pair, true); })
      .reduceByKey(std::logical_or<bool>(), partitions);
}

/// All pairs (x, z) such that one or more edges lead from x to z. Semi-naive: each round extends only the paths that
/// the previous round found, by one edge, and keeps those that no round has found before; it ends with a round that
/// finds none, also on cycles. A round is one job: the new paths and their candidates are shuffled, the edges and the
/// known paths stay where they are. With checkpoints, it resumes from that of an earlier run.
Closure transitiveClosure(seltzer::Context& sc, const seltzer::RDD<Edge>& edges, std::int64_t partitions,
                          const program::Checkpoints& checkpoints) {
  std::vector<Paths> found{distinctPaths(edges, partitions).cache()};
  const auto next = found.front().keys().partitionBy(partitions).cache();  // (y, z), partitioned by y
  Closure closure{found.front(), 0, 0};
  // A checkpoint has two RDDs: the paths of all rounds but the last, and those of the last.
  const auto write = [&] {
    const Paths newest = found.back();
    found.pop_back();
    auto [known, last] = sc.checkpointed("paths", [&] {
      return std::pair(found.empty() ? newest.filter([](const auto&) { return false; }) : sc.union_(found), newest);
    });
    found = {known, last};
  };
  if (!checkpoints.directory.empty()) {
    sc.remember("count", closure.count);
    sc.remember("rounds", closure.rounds);
    write();
    closure.paths = sc.union_(found);
    program::printResumed(sc, closure.rounds);
  }
  while (const std::int64_t added = found.back().count()) {
    closure.count += added;
    ++closure.rounds;
    const auto ends = found.back().map([](const auto& path) { return Edge(path.first.second, path.first.first); });
    const auto longer = ends.join(next).map([](const auto& middle) { return middle.second; });  // (x, z)
    closure.paths = sc.union_(found);
    found.push_back(distinctPaths(longer, partitions).subtractByKey(closure.paths).cache());
    if (checkpoints.areDue(closure.rounds)) write();
  }
  return closure;
}

void close(seltzer::Context& sc, Options& options) {
  program::requireNew(options.output);
  const program::Stopwatch watch;
  std::int64_t partitions = program::partitionsOf(sc, options.partitions);
  options.checkpoints.arguments = options.edges;
  program::beginCheckpoints(sc, options.checkpoints, partitions);
  const Closure closure =
      transitiveClosure(sc, readEdges(sc, options.edges, partitions), partitions, options.checkpoints);
  if (!options.output.empty()) {
    closure.paths.map([](const auto& path) { return fmt::format("{} {}", path.first.first, path.first.second); })
        .saveAsTextFile(options.output);
  }
  const double seconds = watch.seconds();
  std::cout << sc.stats() << std::flush;
  program::printResult(sc, "transitive_closure", partitions, seconds,
                       fmt::format("pairs={} rounds={}", closure.count, closure.rounds));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Counts the pairs of vertices of a directed graph of which the second can be reached from the first, by one edge "
      "or more: a vertex reaches itself on a cycle, or by an edge to itself.");
  app.add_option("EDGES", options.edges, edgeFiles)->required();
  app.add_option("--output", options.output, "folder to create, for the pairs, 'from to'");
  program::addPartitions(app, options.partitions);
  program::addCheckpoints(app, options.checkpoints);
  app.footer("--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    close(sc, options);
    return seltzer::exitDone;
  });
}
