#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <seltzer/detail/data/key/key_order.hpp>

namespace seltzer::detail {

/// A sampled key, and how many elements it stands for.
template <class K>
using WeightedKey = std::pair<K, double>;

/// The section of a key, which may be borrowed, among those that the sorted `bounds` separate: section i holds the keys
/// after bound i - 1, up to and including bound i. O(log bounds).
template <class Key, class K>
std::size_t sectionOf(const Key& key, const std::vector<K>& bounds, KeyOrder order) {
  const auto bound = std::lower_bound(bounds.begin(), bounds.end(), key, order);
  return static_cast<std::size_t>(bound - bounds.begin());
}

/// At most `sections - 1` distinct keys of `sample`, which is in order, that divide it into sections of about equal
/// weight. A section ends before or after a frequent key, whichever is nearer to the even share; if that key exceeds
/// the share, the sections that follow divide what is left evenly. The last key is never a bound.
template <class K>
std::vector<K> chooseBounds(const std::vector<WeightedKey<K>>& sample, std::size_t sections, KeyOrder order) {
  std::vector<K> bounds;
  double total = 0;
  for (const auto& [key, weight] : sample) total += weight;
  double reached = 0;
  double target = total / static_cast<double>(sections);
  const auto cut = [&](const K& key, double weight) {
    bounds.push_back(key);
    target = weight + (total - weight) / static_cast<double>(sections - bounds.size());
  };
  const K* last = nullptr;  // the key before
  for (std::size_t i = 0; i < sample.size();) {
    const K& key = sample[i].first;
    const double before = reached;
    for (; i < sample.size() && !order(key, sample[i].first); ++i) reached += sample[i].second;
    const bool isLast = i == sample.size();
    const auto isDue = [&](const K& bound) {
      return bounds.size() + 1 < sections && reached >= target && (bounds.empty() || order(bounds.back(), bound));
    };
    if (last != nullptr && isDue(*last) && (isLast || target - before < reached - target)) cut(*last, before);
    if (!isLast && isDue(key)) cut(key, reached);
    last = &key;
  }
  return bounds;
}

}  // namespace seltzer::detail
