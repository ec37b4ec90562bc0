#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace seltzer::detail {

/// The position, from 1, of the quantile `probability` among `count` numbers in ascending order: ceil(probability *
/// count), computed in `double`, and at least 1. `count` must not be 0.
std::uint64_t rankOfQuantile(double probability, std::uint64_t count);

/// A summary of numbers for their quantiles, in the order of keyLess: NaN is greatest. For any of n numbers it knows
/// one whose rank differs by at most floor(relativeError * n), however summaries were merged. It depends on the order
/// of the numbers and of the merges, and on nothing else.
///
/// Samples are in order; each has bounds of its rank. Source: Greenwald, Khanna, Space-efficient online computation of
/// quantile summaries (2001), without its bands, as in Spark; the merge: the same, Power-conserving computation of
/// order-statistics over sensor networks (2004), 3.2.
class QuantileSummary {
 public:
  QuantileSummary() = default;
  explicit QuantileSummary(double relativeError) : relativeError_(relativeError) {}

  void add(double value) {
    pending_.push_back(value);
    if (pending_.size() >= mostPending_) flush();
  }

  /// Call it after the last `add`, before any of the following.
  void flush();

  /// Adds all numbers of a summary of the same error.
  void merge(const QuantileSummary& next);

  std::uint64_t count() const { return count_; }
  std::size_t size() const { return samples_.size(); }  ///< of the samples

  /// A number whose rank is near `rankOfQuantile(probability, count())`. There must be one.
  double quantile(double probability) const;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& relativeError_& count_& samples_;
  }

  /// Its least possible rank is `step` above that of the sample before, and its greatest `spread` above its least.
  struct Sample {
    double value;
    std::uint64_t step;
    std::uint64_t spread;
  };

 private:
  static constexpr std::size_t fewPending = 4096;

  void add(const std::vector<Sample>& samples, std::uint64_t count);
  void compress();

  double relativeError_ = 0;
  std::uint64_t count_ = 0;  // of the numbers in samples_
  std::vector<Sample> samples_;
  std::vector<double> pending_;
  std::size_t mostPending_ = fewPending;
};

}  // namespace seltzer::detail
