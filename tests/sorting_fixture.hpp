#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "nan_last.hpp"

namespace seltzer::test {

/// Pairs of a key and its position, so that an unstable sort shows.
template <class K>
std::vector<std::pair<K, std::int64_t>> numbered(const std::vector<K>& keys) {
  std::vector<std::pair<K, std::int64_t>> pairs;
  for (const K& key : keys) pairs.emplace_back(key, static_cast<std::int64_t>(pairs.size()));
  return pairs;
}

inline constexpr auto firstOf = [](const auto& pair) { return pair.first; };

/// All elements of `parts`, stably sorted, also for descending order.
template <class T, class Key>
std::vector<T> stablySorted(const std::vector<std::vector<T>>& parts, Key key, bool ascending) {
  std::vector<T> all = joined(parts);
  std::stable_sort(all.begin(), all.end(), [&](const T& a, const T& b) {
    return ascending ? NanLast()(std::invoke(key, a), std::invoke(key, b))
                     : NanLast()(std::invoke(key, b), std::invoke(key, a));
  });
  return all;
}

}  // namespace seltzer::test
