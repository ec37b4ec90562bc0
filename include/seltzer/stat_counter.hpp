#pragma once

#include <cstdint>
#include <span>

namespace seltzer {

/// Count, mean, variance and extremes of numbers, in one pass. Of none: count and sum 0, everything else NaN. A NaN
/// among them is the greatest, as in `min` and `max`, and makes NaN of sum, mean and variance.
/// Source: Welford (1962); the merge of two counters: Chan, Golub, LeVeque (1979).
class StatCounter {
 public:
  /// Counts one number.
  void add(double value);

  /// Adds what `next` has seen.
  void merge(const StatCounter& next);

  std::int64_t count() const { return count_; }  ///< how many numbers
  /// The mean times the count, which may differ in the last digits from what RDD::sum gives.
  double sum() const { return count_ == 0 ? 0 : mean_ * static_cast<double>(count_); }
  double mean() const;            ///< of the numbers
  double min() const;             ///< the least; a NaN only where all are
  double max() const;             ///< the greatest; a NaN where there is one
  double variance() const;        ///< of a population
  double stdev() const;           ///< of a population
  double sampleVariance() const;  ///< with n - 1; NaN for one element
  double sampleStdev() const;     ///< with n - 1; NaN for one element

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of the distances from the mean
  double min_ = 0;
  double max_ = 0;
};

namespace detail {

template <class T>
struct StatFold {
  using State = StatCounter;
  State start() const { return {}; }
  bool add(State& state, std::span<T> batch) const {
    for (const T& element : batch) state.add(static_cast<double>(element));
    return true;
  }
  void merge(State& state, State&& next) const { state.merge(next); }
};

}  // namespace detail
}  // namespace seltzer
