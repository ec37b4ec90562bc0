#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/sort/stable_sort_prefix.hpp>

namespace seltzer::detail {

/// Moves the element at positions[i] to i, for all i, along the cycles of the permutation; destroys `positions`.
template <class T>
void permute(ChunkedVector<T>& run, std::span<std::size_t> positions) {
  for (std::size_t start = 0; start < positions.size(); ++start) {
    if (positions[start] == start) continue;
    T held = std::move(run[start]);
    std::size_t place = start;
    for (std::size_t from = positions[place]; from != start; from = positions[place]) {
      run[place] = std::move(run[from]);
      positions[place] = place;
      place = from;
    }
    run[place] = std::move(held);
    positions[place] = place;
  }
}

/// Sorts by comparison: sorts positions, or pairs of key and position if keyOf returns values, then moves each element
/// once.
template <class T, class KeyOf>
void sortByComparing(ChunkedVector<T>& run, const SortKey<T, KeyOf>& key) {
  using Key = typename SortKey<T, KeyOf>::Key;
  MemoryReservation reservation(run.use());
  std::vector<std::size_t> positions(run.size());
  if constexpr (std::is_reference_v<typename SortKey<T, KeyOf>::Result>) {
    reservation.resize(run.size() * sizeof(std::size_t) * 3 / 2);  // stable_sort needs half as much again
    for (std::size_t i = 0; i < run.size(); ++i) positions[i] = i;
    std::stable_sort(positions.begin(), positions.end(),
                     [&run, &key](std::size_t a, std::size_t b) { return key.less(run[a], run[b]); });
  } else {
    std::vector<std::pair<Key, std::size_t>> keys;
    reservation.resize(run.size() * (sizeof(std::size_t) + sizeof(keys[0]) * 3 / 2));
    keys.reserve(run.size());
    for (std::size_t i = 0; i < run.size(); ++i) keys.emplace_back(key.key(run[i]), i);
    if constexpr (alignof(Key) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
      std::stable_sort(keys.begin(), keys.end(),
                       [&key](const auto& a, const auto& b) { return key.keyLess(a.first, b.first); });
    } else {  // the buffer of libstdc++'s stable_sort is not aligned for them
      std::sort(keys.begin(), keys.end(), [&key](const auto& a, const auto& b) {
        return key.keyLess(a.first, b.first) || (!key.keyLess(b.first, a.first) && a.second < b.second);
      });
    }
    for (std::size_t i = 0; i < run.size(); ++i) positions[i] = keys[i].second;
  }
  permute(run, std::span(positions));
}

}  // namespace seltzer::detail
