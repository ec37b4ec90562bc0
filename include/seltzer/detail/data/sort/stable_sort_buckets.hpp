#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <seltzer/detail/data/wide_unsigned.hpp>

namespace seltzer::detail {

/// Divides the 64-bit prefixes of a sort into buckets of about equal weight, by a sample: into equal intervals if the
/// sample is evenly distributed, which costs one multiplication a prefix, otherwise as in super scalar sample sort
/// (Sanders and Winkel, 2004). Then a frequent prefix gets a bucket of its own.
class PrefixBuckets {
 public:
  /// The most buckets.
  static constexpr std::size_t most = 512;

  /// About `buckets` <= 256 of them, chosen by a random sample of prefixes, which must not be empty.
  PrefixBuckets(std::vector<std::uint64_t> sample, std::size_t buckets);

  std::size_t size() const { return intervals_ > 0 ? intervals_ : bounds_.size() + 1; }

  /// Whether all prefixes of the bucket are equal.
  bool isSingle(std::size_t bucket) const {
    if (intervals_ > 0) return false;
    const std::uint64_t first = bucket == 0 ? 0 : bounds_[bucket - 1];
    const std::uint64_t last = bucket == bounds_.size() ? greatest : bounds_[bucket] - 1;
    return first == last;
  }

  /// Finds the bucket of each prefix. Eight at a time descend the tree together, without branches.
  void classify(std::span<const std::uint64_t> prefixes, std::uint16_t* buckets) const {
    std::size_t i = 0;
    if (intervals_ > 0) {
      for (; i < prefixes.size(); ++i) buckets[i] = intervalOf(prefixes[i]);
    }
    for (; i + 8 <= prefixes.size(); i += 8) classifySome<8>(prefixes.data() + i, buckets + i);
    for (; i < prefixes.size(); ++i) classifySome<1>(prefixes.data() + i, buckets + i);
  }

 private:
  static constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();

  /// Whether the sorted sample is even enough for `buckets` equal intervals, which are then set.
  bool setIntervals(std::span<const std::uint64_t> sample, std::size_t buckets);

  /// Prefixes beyond the sample belong to the first and the last interval.
  std::uint16_t intervalOf(std::uint64_t prefix) const {
    const std::uint64_t distance = std::min(prefix - std::min(prefix, least_), width_);
    return static_cast<std::uint16_t>(static_cast<WideUnsigned>(distance) * scale_ >> 64);
  }

  /// Stores the bounds, padded with `greatest`, as a complete search tree with the children of i at 2i and 2i + 1.
  void fillTree(std::size_t node, std::size_t& next);

  template <std::size_t count>
  void classifySome(const std::uint64_t* prefixes, std::uint16_t* buckets) const {
    std::array<std::uint32_t, count> nodes;
    nodes.fill(1);
    for (unsigned level = 0; level < levels_; ++level) {
      for (std::size_t i = 0; i < count; ++i) {
        nodes[i] = 2 * nodes[i] + static_cast<std::uint32_t>(tree_[nodes[i]] <= prefixes[i]);
      }
    }
    const std::uint32_t leaves = std::uint32_t{1} << levels_;
    const std::uint32_t last = static_cast<std::uint32_t>(bounds_.size());
    for (std::size_t i = 0; i < count; ++i) {
      buckets[i] = static_cast<std::uint16_t>(std::min(nodes[i] - leaves, last));
    }
  }

  std::size_t intervals_ = 0;            // 0: bounds are used instead
  std::uint64_t least_ = 0, width_ = 0;  // of the sample: the first prefix, and the last one's distance from it
  std::uint64_t scale_ = 0;              // intervals in 2^64 of distance
  std::vector<std::uint64_t> bounds_;    // bucket i has prefixes in [bounds_[i - 1], bounds_[i])
  unsigned levels_ = 0;
  std::array<std::uint64_t, most> tree_{};
};

}  // namespace seltzer::detail
