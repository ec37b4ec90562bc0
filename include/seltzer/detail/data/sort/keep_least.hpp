#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// Whether the element at position `a` of what `elements` points to comes before that at `b`.
using PositionLess = bool (*)(const void* elements, std::size_t a, std::size_t b);

/// The positions 0 to `count` - 1 in the order of `less`, equal ones in ascending order. Compiled once for all types,
/// at the cost of an indirect call for each comparison: for buffers that are sorted rarely.
std::vector<std::size_t> stableOrder(std::size_t count, PositionLess less, const void* elements);

/// Sorts `elements` stably by `less` and keeps the first `limit`. O(n log n).
template <class T, class Less>
void keepLeast(std::vector<T>& elements, std::size_t limit, const Less& less) {
  const auto compared = std::pair(&elements, &less);
  const std::vector<std::size_t> order = stableOrder(
      elements.size(),
      [](const void* given, std::size_t a, std::size_t b) {
        const auto& [all, before] = *static_cast<const std::pair<std::vector<T>*, const Less*>*>(given);
        return static_cast<bool>((*before)((*all)[a], (*all)[b]));
      },
      &compared);
  std::vector<T> kept;
  kept.reserve(std::min(limit, elements.size()));
  for (std::size_t i = 0; i < elements.size() && i < limit; ++i) kept.push_back(std::move(elements[order[i]]));
  elements = std::move(kept);
}

}  // namespace seltzer::detail
