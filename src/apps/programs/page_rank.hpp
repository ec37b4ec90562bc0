#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <seltzer/seltzer.hpp>

#include "edge_list.hpp"
#include "program_frame.hpp"

using Links = seltzer::RDD<std::pair<Vertex, std::vector<Vertex>>>;
using Ranks = seltzer::RDD<std::pair<Vertex, double>>;

/// The targets of each vertex's edges, ascending and without duplicates; empty for vertices without outgoing edges.
/// Partitioned as given: by the hash of the vertex into a number of partitions, or by ranges of indices.
inline Links linksOf(const seltzer::RDD<Edge>& edges, const seltzer::PartitioningSpec<Vertex>& partitions) {
  const auto reached = edges.map([](const Edge& edge) { return std::pair(edge.second, true); })
                           .reduceByKey([](bool a, bool b) { return a || b; }, partitions);
  return edges.cogroup(reached, partitions).mapValues([](const auto& sides) {
    std::vector<Vertex> targets = sides.first;
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    return targets;
  });
}

/// The sum of what each vertex receives: every vertex passes its rank on to its targets in equal shares. Ranks and
/// links are partitioned alike, so the join moves nothing; shares are combined before the shuffle.
inline Ranks passRanks(const Links& links, const Ranks& ranks) {
  using Share = std::pair<Vertex, double>;
  return links.join(ranks)
      .flatMap<Share>([](const auto& vertex, auto& emit) {
        const auto& [targets, rank] = vertex.second;
        emit(Share(vertex.first, 0.0));  // a vertex without incoming edges has a rank too
        for (const Vertex target : targets) emit(Share(target, rank / static_cast<double>(targets.size())));
      })
      .reduceByKey(std::plus<double>(), links.partitioner());
}

struct PageRankOptions {
  double damping = 0.85;
  std::int64_t iterations = 10;     ///< at most
  std::optional<double> tolerance;  ///< stops when the sum of the changes of ranks is at most this
  program::Checkpoints checkpoints{};
};

struct PageRankResult {
  Ranks ranks;
  std::int64_t vertices = 0;
  std::int64_t iterations = 0;
  std::optional<double> change;  ///< the sum of the last iteration's changes of ranks, if there is a tolerance
};

/// The rank of each of n vertices v: the share of time that a random surfer spends there who follows, with probability
/// d, one of its links at random, and otherwise, or if there are none, jumps to a random vertex:
///
///   rank(v) = (1 - d)/n + d * (sum of rank(u)/links(u) over all u that link to v + D/n)
///
/// where D is the sum of the ranks of all vertices without links. By power iteration from 1/n (Page, Brin, Motwani,
/// Winograd 1999); the ranks always sum to 1. The shares passed on sum to 1 - D, so the terms in 1/n are
/// (1 - d * passedOn)/n.
///
/// `links` should be cached. An iteration is one job, with one shuffle of at most one row per vertex and partition,
/// and, if there is a tolerance, another job without a shuffle. Only the ranks of the last iteration are kept. With
/// checkpoints, it resumes from that of an earlier run.
inline PageRankResult pageRank(const Links& links, const PageRankOptions& options) {
  const std::int64_t vertices = links.count();
  const auto n = static_cast<double>(vertices);
  const double damping = options.damping;
  PageRankResult result{links.mapValues([n](const std::vector<Vertex>&) { return 1 / n; }), vertices, 0, {}};
  if (!options.checkpoints.directory.empty()) {
    seltzer::Context& sc = links.context();
    sc.remember("iterations", result.iterations);
    sc.remember("change", result.change);
    if (!options.tolerance) result.change.reset();  // of a run with a tolerance
    result.ranks = sc.checkpointed("ranks", [&result] { return result.ranks; });
    program::printResumed(sc, result.iterations);
  }
  std::optional<Ranks> received;
  const auto converged = [&] { return options.tolerance && result.change && *result.change <= *options.tolerance; };
  while (result.iterations < options.iterations && !converged()) {
    const Ranks next = passRanks(links, result.ranks).cache();
    const double passedOn = next.values().sum();
    const double rest = (1 - damping * passedOn) / n;
    const Ranks ranks = next.mapValues([rest, damping](double sum) { return rest + damping * sum; });
    if (options.tolerance) {
      result.change = result.ranks.join(ranks)
                          .map([](const auto& vertex) { return std::abs(vertex.second.first - vertex.second.second); })
                          .sum();
    }
    if (received) received->unpersist();
    received = next;
    result.ranks = ranks;
    ++result.iterations;
    if (options.checkpoints.areDue(result.iterations)) {
      result.ranks = links.context().checkpointed("ranks", [&result] { return result.ranks; });
    }
  }
  return result;
}
