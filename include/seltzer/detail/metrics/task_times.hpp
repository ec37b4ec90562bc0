#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace seltzer::detail {

/// The durations of tasks, in a histogram of fixed size with 8 buckets per factor of two: quantiles are within 6 % of
/// the true ones. The maximum is exact. Histograms of several ranks can be added.
struct TaskTimes {
  static constexpr std::size_t bucketsPerOctave = 8;
  static constexpr std::size_t bucketCount = 45 * bucketsPerOctave;

  std::array<std::uint64_t, bucketCount> buckets{};
  std::uint64_t maximum = 0;  ///< nanoseconds
  std::uint64_t slowest = 0;  ///< the partition of the first task with the maximum
  std::uint64_t sum = 0;      ///< nanoseconds

  void add(std::uint64_t nanoseconds, std::uint64_t partition) {
    ++buckets[bucketOf(nanoseconds)];
    sum += nanoseconds;
    if (nanoseconds <= maximum) return;
    maximum = nanoseconds;
    slowest = partition;
  }

  std::uint64_t count() const {
    std::uint64_t all = 0;
    for (std::uint64_t tasks : buckets) all += tasks;
    return all;
  }

  /// The middle of the bucket that holds the median, in nanoseconds; 0 without tasks.
  std::uint64_t median() const {
    const std::uint64_t tasks = count();
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < bucketCount; ++bucket) {
      seen += buckets[bucket];
      if (tasks > 0 && 2 * seen >= tasks) return std::min((lowerEdge(bucket) + lowerEdge(bucket + 1)) / 2, maximum);
    }
    return 0;
  }

 private:
  static std::size_t bucketOf(std::uint64_t nanoseconds) {
    if (nanoseconds < bucketsPerOctave) return static_cast<std::size_t>(nanoseconds);
    const std::size_t octave = static_cast<std::size_t>(std::bit_width(nanoseconds)) - 4;  // 8..15 is octave 0
    const std::size_t eighth = (nanoseconds >> octave) - bucketsPerOctave;
    return std::min((octave + 1) * bucketsPerOctave + eighth, bucketCount - 1);
  }

  static std::uint64_t lowerEdge(std::size_t bucket) {
    if (bucket < bucketsPerOctave) return bucket;
    const std::size_t octave = bucket / bucketsPerOctave - 1;
    return (bucketsPerOctave + bucket % bucketsPerOctave) << octave;
  }
};

}  // namespace seltzer::detail
