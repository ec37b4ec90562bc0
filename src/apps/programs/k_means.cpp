#include "k_means.hpp"

#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "program_frame.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::string points;
  seltzer::PartitionCount partitions;
  KMeansOptions algorithm;
};

void cluster(seltzer::Context& sc, Options& options) {
  const program::Stopwatch watch;
  std::int64_t partitions = program::partitionsOf(sc, options.partitions);
  KMeansOptions& algorithm = options.algorithm;
  algorithm.checkpoints.arguments =
      fmt::format("{} --clusters {} --seed {}", options.points, algorithm.clusters, algorithm.seed);
  program::beginCheckpoints(sc, algorithm.checkpoints, partitions);
  const auto points = readPoints(sc, options.points, partitions).cache();
  const KMeansResult result = kMeans(points, algorithm);
  const double seconds = watch.seconds();

  std::int64_t count = 0;
  for (std::size_t c = 0; c < result.centres.size(); ++c) {
    fmt::print("cluster {}: {} points around {}\n", c, result.clusters.sizes[c],
               fmt::join(std::as_const(result.centres)[c], " "));
    count += result.clusters.sizes[c];
  }
  std::cout << '\n' << sc.stats() << std::flush;
  program::printResult(sc, "k_means", partitions, seconds,
                       fmt::format("points={} clusters={} iterations={} moved={} cost={}", count, result.centres.size(),
                                   result.iterations, result.moved, result.clusters.cost));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Finds clusters of points by Lloyd's algorithm: repeatedly assigns each point to its nearest centre and moves each "
      "centre to the mean of its points. The first centres are chosen by k-means++ from a random sample of 100 points "
      "per cluster. A centre without points stays where it is.");
  app.add_option(
         "POINTS", options.points,
         "text files with one point per line, numbers separated by blanks or commas; lines that start with # are "
         "comments. A file, a folder, a pattern, or a comma-separated list; .gz, .bz2, .xz and .zst are "
         "decompressed")
      ->required();
  app.add_option("--clusters", options.algorithm.clusters, "how many")
      ->required()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  app.add_option("--iterations", options.algorithm.iterations,
                 "the most iterations; 0 prints the first centres and their clusters")
      ->check(atLeast<std::int64_t>(0))
      ->capture_default_str();
  app.add_option("--tolerance", options.algorithm.tolerance,
                 "stop when no centre moves farther than this; 0: when none moves")
      ->check(atLeast(0.0))
      ->capture_default_str();
  app.add_option("--seed", options.algorithm.seed, "for the choice of the first centres")->capture_default_str();
  program::addPartitions(app, options.partitions);
  program::addCheckpoints(app, options.algorithm.checkpoints);
  app.footer(
      "Results depend only on the points, the seed and the number of partitions.\n"
      "--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    cluster(sc, options);
    return seltzer::exitDone;
  });
}
