#include <cmath>
#include <stdexcept>

#include <seltzer/detail/api/statistics_actions.hpp>

namespace seltzer::detail {

void requireEdges(const std::vector<double>& edges, const CallSite& where) {
  if (edges.size() < 2)
    throw std::invalid_argument(messagePrefix("histogram", where) + "at least two edges are needed");
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    if (!(edges[i] < edges[i + 1])) {  // also true for NaN
      throw std::invalid_argument(messagePrefix("histogram", where) +
                                  "the edges must ascend, without repetition or NaN");
    }
  }
}

std::vector<double> evenEdges(double least, double greatest, std::int64_t n, const CallSite& where) {
  if (!std::isfinite(least) || !std::isfinite(greatest)) {
    throw std::invalid_argument(messagePrefix("histogram", where) +
                                "NaN or infinity among the elements: give the edges, or filter them out");
  }
  if (least == greatest) return {least, greatest};
  std::vector<double> edges;
  for (std::int64_t i = 0; i <= n; ++i) {
    const double edge = std::lerp(least, greatest, static_cast<double>(i) / static_cast<double>(n));
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  edges.back() = greatest;
  if (edges.size() != static_cast<std::size_t>(n) + 1) {
    throw std::invalid_argument(messagePrefix("histogram", where) +
                                "so many buckets cannot be distinguished in double precision");
  }
  return edges;
}

}  // namespace seltzer::detail
