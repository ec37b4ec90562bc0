#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/functions/callable.hpp>

namespace seltzer::detail {

/// Counts numbers by bucket: [edge i, edge i + 1), the last one closed. Numbers outside, and NaN, are not counted.
/// O(log buckets) for each element.
template <class T>
struct HistogramFold {
  using State = std::vector<std::int64_t>;
  using Parts = std::tuple<std::vector<double>>;

  explicit HistogramFold(std::vector<double> bounds) : edges(std::move(bounds)) {}
  explicit HistogramFold(Parts parts) : HistogramFold(std::move(std::get<0>(parts))) {}
  Parts parts() const { return {edges}; }

  State start() const { return State(edges.size() - 1, 0); }
  bool add(State& state, std::span<T> batch) const {
    for (const T& element : batch) {
      const auto value = static_cast<double>(element);
      if (!(value >= edges.front() && value <= edges.back())) continue;
      const auto bucket =
          static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1;
      ++state[std::min(bucket, state.size() - 1)];
    }
    return true;
  }
  void merge(State& state, State&& next) const {
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += next[i];
  }

  std::vector<double> edges;
};

}  // namespace seltzer::detail
