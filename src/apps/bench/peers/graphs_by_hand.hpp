/// Page rank and k-means on one core.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace peers::byhand {

inline std::string contentOf(const std::string& path) {
  std::string content(std::filesystem::file_size(path), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(content.size())))
    throw std::runtime_error("cannot read " + path);
  return content;
}

/// Calls `use(number)` for the numbers in a text, which are separated by single characters.
template <class Number, class Use>
void forEachNumber(const std::string& text, Use use) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end; ++at) {
    Number number{};
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc()) throw std::runtime_error("the file has something else than numbers");
    use(number);
    at = after;
  }
}

inline std::vector<double> numbersOf(const std::string& text) {
  std::vector<double> numbers;
  forEachNumber<double>(text, [&](double number) { numbers.push_back(number); });
  return numbers;
}

/// Vertices that are numbered from 0 with few gaps; edges in compressed sparse rows.
class Graph {
 public:
  explicit Graph(const std::string& edgeList) {
    std::vector<std::uint32_t> ends;  // from, to, from, to...
    forEachNumber<std::uint32_t>(edgeList, [&](std::uint32_t vertex) { ends.push_back(vertex); });
    const std::size_t size = ends.empty() ? 0 : std::size_t{*std::max_element(ends.begin(), ends.end())} + 1;
    present_.resize(size);
    for (const std::uint32_t vertex : ends) present_[vertex] = 1;
    vertices_ = std::count(present_.begin(), present_.end(), 1);
    std::vector<std::size_t> next(size + 1);
    for (std::size_t e = 0; e < ends.size(); e += 2) ++next[ends[e] + 1];
    for (std::size_t v = 0; v < size; ++v) next[v + 1] += next[v];
    const std::vector<std::size_t> rows = next;
    std::vector<std::uint32_t> targets(ends.size() / 2);
    for (std::size_t e = 0; e < ends.size(); e += 2) targets[next[ends[e]]++] = ends[e + 1];
    starts_.push_back(0);
    for (std::size_t v = 0; v < size; ++v) {  // without duplicates
      const auto begin = targets.begin() + static_cast<std::ptrdiff_t>(rows[v]);
      const auto end = targets.begin() + static_cast<std::ptrdiff_t>(rows[v + 1]);
      std::sort(begin, end);
      targets_.insert(targets_.end(), begin, std::unique(begin, end));
      starts_.push_back(targets_.size());
    }
  }

  std::int64_t vertices() const { return vertices_; }

  /// The sum of the squared ranks of page_rank.hpp.
  double squaredPageRanks(std::int64_t iterations, double damping) const {
    const auto n = static_cast<double>(vertices_);
    std::vector<double> ranks(present_.size());
    std::vector<double> received(present_.size());
    for (std::size_t v = 0; v < ranks.size(); ++v) ranks[v] = present_[v] / n;
    for (std::int64_t i = 0; i < iterations; ++i) {
      std::fill(received.begin(), received.end(), 0.0);
      double passedOn = 0;
      for (std::size_t v = 0; v < ranks.size(); ++v) {
        if (starts_[v] == starts_[v + 1]) continue;
        const double share = ranks[v] / static_cast<double>(starts_[v + 1] - starts_[v]);
        for (std::size_t e = starts_[v]; e < starts_[v + 1]; ++e) received[targets_[e]] += share;
        passedOn += ranks[v];
      }
      const double rest = (1 - damping * passedOn) / n;
      for (std::size_t v = 0; v < ranks.size(); ++v) ranks[v] = present_[v] * (rest + damping * received[v]);
    }
    double squares = 0;
    for (const double rank : ranks) squares += rank * rank;
    return squares;
  }

 private:
  std::vector<std::uint8_t> present_;  // 1: has an edge
  std::int64_t vertices_ = 0;
  std::vector<std::size_t> starts_;
  std::vector<std::uint32_t> targets_;
};

/// The sum of squared distances from the nearest centre, after so many iterations from the first points.
template <std::size_t dimension>
double clusterCost(const std::vector<double>& points, std::size_t clusters, std::int64_t iterations) {
  using Centre = std::array<double, dimension>;
  std::vector<Centre> centres(clusters);
  for (std::size_t c = 0; c < clusters; ++c) std::copy_n(&points[c * dimension], dimension, centres[c].begin());
  for (std::int64_t i = 0;; ++i) {
    std::vector<Centre> sums(clusters);
    std::vector<double> sizes(clusters);
    double cost = 0;
    for (std::size_t at = 0; at < points.size(); at += dimension) {
      std::size_t nearest = 0;
      double least = 0;
      for (std::size_t c = 0; c < clusters; ++c) {
        double distance = 0;
        for (std::size_t d = 0; d < dimension; ++d) {
          distance += (points[at + d] - centres[c][d]) * (points[at + d] - centres[c][d]);
        }
        if (c == 0 || distance < least) {
          nearest = c;
          least = distance;
        }
      }
      for (std::size_t d = 0; d < dimension; ++d) sums[nearest][d] += points[at + d];
      ++sizes[nearest];
      cost += least;
    }
    if (i == iterations) return cost;
    for (std::size_t c = 0; c < clusters; ++c) {
      if (sizes[c] == 0) continue;
      for (std::size_t d = 0; d < dimension; ++d) centres[c][d] = sums[c][d] / sizes[c];
    }
  }
}

}  // namespace peers::byhand
