#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace seltzer::detail {

template <class K>
constexpr bool isNegative(K key) {
  if constexpr (std::is_signed_v<K>) {
    return key < 0;
  } else {
    return false;
  }
}

/// Consecutive indices.
struct IndexRange {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

/// The indices 0 to size - 1 in contiguous ranges whose lengths differ by at most 1, the longer ones first. A size of 0
/// means that the keys are not indices.
struct IndexRanges {
  std::uint64_t size = 0;
  std::uint64_t ranges = 1;

  IndexRange all() const { return {0, size}; }
  IndexRange of(std::size_t range) const { return {begin(range), begin(range + 1) - begin(range)}; }

  /// Where a range begins, or, for their number, the size.
  std::uint64_t begin(std::uint64_t range) const { return range * (size / ranges) + std::min(range, size % ranges); }

  /// The range of an index less than the size.
  std::size_t rangeOf(std::uint64_t index) const {
    const std::uint64_t length = size / ranges, longer = size % ranges;
    const std::uint64_t inLonger = longer * (length + 1);
    return static_cast<std::size_t>(index < inLonger ? index / (length + 1) : longer + (index - inLonger) / length);
  }

  friend bool operator==(const IndexRanges&, const IndexRanges&) = default;
};

}  // namespace seltzer::detail
