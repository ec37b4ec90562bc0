#pragma once

#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include <seltzer/detail/data/sketch/hyper_log_log.hpp>
#include <seltzer/detail/data/sketch/quantile_summary.hpp>
#include <seltzer/hash.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

inline HyperLogLog emptySketch(std::uint8_t precision) {
  HyperLogLog sketch;
  sketch.precision = precision;
  return sketch;
}

/// `countApproxDistinct`: a sketch of the elements' hashes.
template <class T>
struct DistinctFold {
  using State = HyperLogLog;
  using Parts = std::tuple<std::uint8_t>;

  explicit DistinctFold(std::uint8_t bits) : precision(bits) {}
  explicit DistinctFold(Parts parts) : DistinctFold(std::get<0>(parts)) {}
  Parts parts() const { return {precision}; }

  State start() const { return emptySketch(precision); }
  bool add(State& state, std::span<const T> batch) const {
    for (const T& element : batch) state.add(hashOf(element));
    return true;
  }
  void merge(State& state, State&& next) const { state.merge(next); }

  std::uint8_t precision;
};

/// `countApproxDistinctByKey`: a sketch of the values' hashes.
template <class V>
struct DistinctAggregator {
  using Combiner = HyperLogLog;
  using Parts = std::tuple<std::uint8_t>;

  explicit DistinctAggregator(std::uint8_t bits) : precision(bits) {}
  explicit DistinctAggregator(Parts parts) : DistinctAggregator(std::get<0>(parts)) {}
  Parts parts() const { return {precision}; }

  Combiner create(V&& value) const {
    Combiner sketch = emptySketch(precision);
    sketch.add(hashOf(value));
    return sketch;
  }
  void mergeValue(Combiner& sketch, V&& value) const { sketch.add(hashOf(value)); }
  void mergeCombiners(Combiner& sketch, Combiner&& next) const { sketch.merge(next); }

  std::uint8_t precision;
};

/// `approxQuantile`: a summary of the numbers.
template <class T>
struct QuantileFold {
  using State = QuantileSummary;
  using Parts = std::tuple<double>;

  explicit QuantileFold(double error) : relativeError(error) {}
  explicit QuantileFold(Parts parts) : QuantileFold(std::get<0>(parts)) {}
  Parts parts() const { return {relativeError}; }

  State start() const { return QuantileSummary(relativeError); }
  bool add(State& state, std::span<const T> batch) const {
    for (const T& element : batch) state.add(static_cast<double>(element));
    return true;
  }
  void finish(State& state) const { state.flush(); }
  void merge(State& state, State&& next) const { state.merge(next); }

  double relativeError;
};

}  // namespace seltzer::detail
