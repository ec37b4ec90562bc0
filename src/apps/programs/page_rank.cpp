#include "page_rank.hpp"

#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "program_frame.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::string edges;
  std::string output;  // none: not written
  std::int64_t top = 10;
  std::optional<std::int64_t> iterations;
  seltzer::PartitionCount partitions;
  std::optional<std::int64_t> indices;  // all vertices are less than this
  PageRankOptions algorithm;
};

void printTop(const Ranks& ranks, std::int64_t count) {
  const auto top = ranks.top(count, [](const auto& vertex) { return std::pair(vertex.second, ~vertex.first); });
  for (const auto& [vertex, rank] : top) fmt::print("{} {}\n", vertex, rank);
}

void rank(seltzer::Context& sc, Options& options) {
  program::requireNew(options.output);
  const program::Stopwatch watch;
  std::int64_t partitions = program::partitionsOf(sc, options.partitions);
  options.algorithm.checkpoints.arguments = fmt::format("{} --damping {} --indices {}", options.edges,
                                                        options.algorithm.damping, options.indices.value_or(0));
  program::beginCheckpoints(sc, options.algorithm.checkpoints, partitions);
  const auto edges = readEdges(sc, options.edges, partitions);
  const Links links = (options.indices ? linksOf(edges, seltzer::IndexPartitioner(*options.indices, partitions))
                                       : linksOf(edges, partitions))
                          .cache();
  const PageRankResult result = pageRank(links, options.algorithm);
  const double sum = result.ranks.values().sum();
  if (!options.output.empty()) {
    result.ranks.map([](const auto& vertex) { return fmt::format("{} {}", vertex.first, vertex.second); })
        .saveAsTextFile(options.output);
  }
  const double seconds = watch.seconds();

  printTop(result.ranks, options.top);
  std::cout << '\n' << sc.stats() << std::flush;
  if (result.change && *result.change > *options.algorithm.tolerance) {
    fmt::print("not converged: the last of {} iterations changed the ranks by {:.3g}\n", result.iterations,
               *result.change);
  }
  program::printResult(sc, "page_rank", partitions, seconds,
                       fmt::format("vertices={} iterations={} sum={}{}", result.vertices, result.iterations, sum,
                                   result.change ? fmt::format(" change={}", *result.change) : ""));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Ranks the vertices of a directed graph by the links to them: rank(v) = (1 - d)/n + d * (sum of rank(u)/links(u) "
      "over all u that link to v + D/n), where n is the number of vertices and D the sum of the ranks of those without "
      "links. Duplicate edges count once; an edge from a vertex to itself counts.");
  app.add_option("EDGES", options.edges, edgeFiles)->required();
  app.add_option("--iterations", options.iterations, "how many; 10, or with --tolerance at most 1000")
      ->check(atLeast<std::int64_t>(0));
  app.add_option("--tolerance", options.algorithm.tolerance,
                 "iterate until the ranks change by no more than this, summed over all vertices")
      ->check(atLeast(0.0));
  app.add_option("--damping", options.algorithm.damping, "d, the probability that a link is followed")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--top", options.top, "how many vertices to print, 'vertex rank', highest rank first")
      ->check(atLeast<std::int64_t>(0))
      ->capture_default_str();
  app.add_option("--output", options.output, "folder to create, for all vertices, 'vertex rank'");
  program::addPartitions(app, options.partitions);
  app.add_option(
         "--indices", options.indices,
         "the vertices are 0 to this number - 1, most of them: partition them by ranges and keep them in arrays, "
         "which is faster")
      ->check(atLeast<std::int64_t>(1));
  program::addCheckpoints(app, options.algorithm.checkpoints);
  app.footer(
      "The last digits of ranks depend on the number of partitions, but not on the number of MPI ranks.\n"
      "--seltzer-help lists the options of the engine.");
  app.callback(
      [&] { options.algorithm.iterations = options.iterations.value_or(options.algorithm.tolerance ? 1000 : 10); });
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    rank(sc, options);
    return seltzer::exitDone;
  });
}
