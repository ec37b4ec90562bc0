#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "graphs_by_hand.hpp"
#include "k_means.hpp"
#include "page_rank.hpp"
#include "row.hpp"

namespace peers {
namespace {

constexpr double allVertices = 1e6;
constexpr std::int64_t iterations = 10;
constexpr std::int64_t clusters = 10;
constexpr std::size_t dimension = 4;

/// As the program page_rank does it, without or with --indices.
Measured rankPages(seltzer::Context& sc, const Setup& setup, const seltzer::PartitioningSpec<Vertex>& partitions) {
  return timed([&] {
    const Links links = linksOf(readEdges(sc, setup / "edges", sc.ranks()), partitions).cache();
    PageRankOptions options;
    options.iterations = iterations;
    const PageRankResult result = pageRank(links, options);
    const double squares = result.ranks.values().map([](double rank) { return rank * rank; }).sum();
    return fmt::format("{}/{:.9e}", result.vertices, squares);
  });
}

Measured rankPagesByHand(const Setup& setup) {
  return timed([&] {
    const byhand::Graph graph(byhand::contentOf(setup / "edges/part-00000"));
    return fmt::format("{}/{:.9e}", graph.vertices(), graph.squaredPageRanks(iterations, 0.85));
  });
}

/// As the program k_means does it, from the first points.
Measured findClusters(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const auto points = readPoints(sc, setup / "points", sc.ranks()).cache();
    KMeansOptions options;
    options.clusters = clusters;
    options.iterations = iterations;
    options.centres = Points{dimension, {}};
    for (const std::string& line : sc.textFile(setup / "points").take(clusters)) {
      appendPoint(dimension, line, options.centres.coordinates);
    }
    const KMeansResult result = kMeans(points, options);
    std::int64_t count = 0;
    for (const std::int64_t size : result.clusters.sizes) count += size;
    return fmt::format("{}/{:.9e}", count, result.clusters.cost);
  });
}

Measured findClustersByHand(const Setup& setup) {
  return timed([&] {
    const std::vector<double> points = byhand::numbersOf(byhand::contentOf(setup / "points/part-00000"));
    const double cost = byhand::clusterCost<dimension>(points, clusters, iterations);
    return fmt::format("{}/{:.9e}", points.size() / dimension, cost);
  });
}

}  // namespace

std::vector<Row> graphRows() {
  return {{"page_rank", [](seltzer::Context& sc, const Setup& setup) { return rankPages(sc, setup, sc.ranks()); },
           rankPagesByHand},
          {"page_rank_indices",
           [](seltzer::Context& sc, const Setup& setup) {
             return rankPages(sc, setup, seltzer::IndexPartitioner(setup.of(allVertices), sc.ranks()));
           },
           rankPagesByHand},
          {"k_means", findClusters, findClustersByHand}};
}

}  // namespace peers
