#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// Sorts `elements` stably by `less`, of which the first `sorted` are sorted, and keeps the first `limit`.
/// O(n + m log m) for m elements that are not sorted.
template <class T, class Less>
void keepLeast(std::vector<T>& elements, std::size_t sorted, std::size_t limit, const Less& less) {
  const auto middle = elements.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::stable_sort(middle, elements.end(), less);
  std::inplace_merge(elements.begin(), middle, elements.end(), less);
  if (elements.size() > limit) elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(limit), elements.end());
}

/// The same for the elements of two sorted vectors, of which `elements` has at most `limit`; of equal ones, those of
/// `next` come last. O(log n) if none of `next` is kept.
template <class T, class Less>
void mergeLeast(std::vector<T>& elements, std::vector<T>&& next, std::size_t limit, const Less& less) {
  if (limit == 0) return;
  const bool isFull = elements.size() == limit;
  const auto kept = isFull ? std::lower_bound(next.begin(), next.end(), elements.back(), less) : next.end();
  const auto sorted = static_cast<std::ptrdiff_t>(elements.size());
  elements.insert(elements.end(), std::make_move_iterator(next.begin()), std::make_move_iterator(kept));
  std::inplace_merge(elements.begin(), elements.begin() + sorted, elements.end(), less);
  if (elements.size() > limit) elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(limit), elements.end());
}

}  // namespace seltzer::detail
