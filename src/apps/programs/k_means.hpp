#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "k_means_points.hpp"
#include "program_frame.hpp"

inline double squaredDistance(Point a, Point b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/// The nearest centre; of equally near ones the first.
struct Nearest {
  std::size_t centre = 0;
  double squaredDistance = 0;
};

inline Nearest nearestTo(Point point, const Points& centres) {
  Nearest nearest{0, squaredDistance(point, centres[0])};
  for (std::size_t i = 1; i < centres.size(); ++i) {
    const double distance = squaredDistance(point, centres[i]);
    if (distance < nearest.squaredDistance) nearest = {i, distance};
  }
  return nearest;
}

/// The clusters after each point was assigned to its nearest centre.
struct Clusters {
  Points sums;
  std::vector<std::int64_t> sizes;
  double cost = 0;  ///< sum of the squared distances of the points from their centres

  Clusters() = default;
  explicit Clusters(const Points& centres)
      : sums{centres.dimension, std::vector<double>(centres.coordinates.size())}, sizes(centres.size()) {}

  void add(Point point, Nearest nearest) {
    const std::span<double> sum = sums[nearest.centre];
    for (std::size_t i = 0; i < point.size(); ++i) sum[i] += point[i];
    ++sizes[nearest.centre];
    cost += nearest.squaredDistance;
  }

  void add(const Clusters& more) {
    for (std::size_t i = 0; i < sums.coordinates.size(); ++i) sums.coordinates[i] += more.sums.coordinates[i];
    for (std::size_t c = 0; c < sizes.size(); ++c) sizes[c] += more.sizes[c];
    cost += more.cost;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& sums& sizes& cost;
  }
};

/// k-means++ (Arthur, Vassilvitskii 2007) on a random sample of 100 points per cluster: each further centre is a point
/// of the sample, drawn with a probability proportional to its squared distance from the nearest centre so far. The
/// same for the same points, partitions and seed. Throws UsageError for fewer points than clusters.
inline Points firstCentres(const seltzer::RDD<Points>& points, std::int64_t clusters, std::uint64_t seed) {
  const auto single = points.flatMap<std::vector<double>>([](const Points& block, auto& emit) {
    for (std::size_t i = 0; i < block.size(); ++i) emit(std::vector<double>(block[i].begin(), block[i].end()));
  });
  const std::vector<std::vector<double>> sample = single.takeSample(false, 100 * clusters, seed);
  if (static_cast<std::int64_t>(sample.size()) < clusters) {
    throw seltzer::UsageError(
        fmt::format("{} clusters need as many points; there are only {}", clusters, sample.size()));
  }
  std::mt19937_64 random(seed);
  Points centres{sample.front().size(), sample.front()};
  std::vector<double> distances(sample.size(), std::numeric_limits<double>::infinity());
  while (static_cast<std::int64_t>(centres.size()) < clusters) {
    double total = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
      distances[i] = std::min(distances[i], squaredDistance(sample[i], std::as_const(centres)[centres.size() - 1]));
      total += distances[i];
    }
    double left = total * (static_cast<double>(random() >> 11) * 0x1p-53);
    std::size_t chosen = 0;
    while (chosen + 1 < sample.size() && (left -= distances[chosen]) >= 0) ++chosen;
    centres.add(sample[chosen]);
  }
  return centres;
}

struct KMeansOptions {
  std::int64_t clusters = 1;
  std::int64_t iterations = 20;  ///< at most
  double tolerance = 0;          ///< stops when no centre moves farther than this
  std::uint64_t seed = 42;
  Points centres{};  ///< the first ones; by default `firstCentres` chooses `clusters` of them
  program::Checkpoints checkpoints{};
};

struct KMeansResult {
  Points centres;
  Clusters clusters;  ///< of these centres
  std::int64_t iterations = 0;
  double moved = 0;  ///< the farthest that the last iteration moved a centre
};

/// Lloyd's algorithm: repeatedly assigns each point to its nearest centre and moves each centre to the mean of its
/// points. A centre without points stays where it is. `points` should be cached. An iteration is one job, which sends
/// the centres to the ranks and reduces sums and sizes of clusters in partition order. With checkpoints, it resumes
/// from that of an earlier run.
inline KMeansResult kMeans(const seltzer::RDD<Points>& points, const KMeansOptions& options) {
  seltzer::Context& sc = points.context();
  KMeansResult result;
  if (!options.checkpoints.directory.empty()) {
    sc.remember("centres", result.centres);
    sc.remember("iterations", result.iterations);
    sc.remember("moved", result.moved);
    program::printResumed(sc, result.iterations);
  }
  if (result.centres.size() == 0) result.centres = options.centres;
  if (result.centres.size() == 0) result.centres = firstCentres(points, options.clusters, options.seed);
  while (true) {
    result.clusters =
        points.treeAggregate(Clusters(result.centres),
                             seltzer::with(result.centres,
                                           [](const Points& centres, Clusters& clusters, const Points& block) {
                                             for (std::size_t i = 0; i < block.size(); ++i) {
                                               clusters.add(block[i], nearestTo(block[i], centres));
                                             }
                                           }),
                             [](Clusters& clusters, const Clusters& more) { clusters.add(more); });
    const bool still = result.iterations > 0 && result.moved <= options.tolerance;
    if (still || result.iterations == options.iterations) return result;
    result.moved = 0;
    for (std::size_t c = 0; c < result.centres.size(); ++c) {
      const auto size = static_cast<double>(result.clusters.sizes[c]);
      if (size == 0) continue;
      const std::span<double> mean = result.clusters.sums[c];
      for (double& coordinate : mean) coordinate /= size;
      result.moved = std::max(result.moved, std::sqrt(squaredDistance(mean, std::as_const(result.centres)[c])));
      std::ranges::copy(mean, result.centres[c].begin());
    }
    ++result.iterations;
    if (options.checkpoints.areDue(result.iterations)) sc.checkpointed("centres");
  }
}
