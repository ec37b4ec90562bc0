#pragma once

#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <ranges>
#include <span>
#include <string>

namespace seltzer {

/// Count, mean, variance and extremes of numbers, in one pass. Of no numbers, count and sum are 0 and everything else
/// is NaN. A NaN among the numbers is the greatest, as for RDD::min and RDD::max, and makes sum, mean and variance NaN.
/// Source: Welford (1962); the merge of two counters: Chan, Golub, LeVeque (1979).
class StatCounter {
 public:
  /// Adds a number.
  void add(double value);

  /// Adds all numbers of `next`.
  StatCounter& merge(const StatCounter& next);

  /// As `add`, by Spark's name.
  StatCounter& merge(double value) {
    add(value);
    return *this;
  }

  /// Adds each number of a range, in order.
  template <std::ranges::input_range Numbers>
  requires(std::convertible_to<std::ranges::range_reference_t<Numbers>, double>) StatCounter& merge(Numbers&& values) {
    for (auto&& value : values) add(static_cast<double>(value));
    return *this;
  }

  std::int64_t count() const { return count_; }  ///< how many numbers
  /// The mean times the count, which may differ in the last digits from what RDD::sum gives.
  double sum() const { return count_ == 0 ? 0 : mean_ * static_cast<double>(count_); }
  double mean() const;            ///< the arithmetic mean
  double min() const;             ///< the least; NaN only if all are NaN
  double max() const;             ///< the greatest; NaN if any is NaN
  double variance() const;        ///< of the population: divided by n
  double stdev() const;           ///< of the population
  double sampleVariance() const;  ///< divided by n - 1; NaN for one number
  double sampleStdev() const;     ///< the root of sampleVariance

  double popVariance() const { return variance(); }  ///< `variance`, by Spark's other name
  double popStdev() const { return stdev(); }        ///< `stdev`, likewise

  /// As PySpark prints it: `(count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)`, each number in the
  /// fewest digits that read back as the same number.
  std::string toString() const;

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // sum of squared deviations from the mean
  double min_ = 0;
  double max_ = 0;
};

/// Writes `counter.toString()`.
std::ostream& operator<<(std::ostream& out, const StatCounter& counter);

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
