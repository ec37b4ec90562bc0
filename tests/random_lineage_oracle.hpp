#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "random_lineage_values.hpp"

// The oracle: the operations on all partitions, sequentially, with the standard library and nothing of Seltzer.

namespace seltzer::test {

/// The elements of an RDD by partition.
template <class T>
using Parts = std::vector<std::vector<T>>;

template <class T>
std::vector<T> flattened(const Parts<T>& parts) {
  std::vector<T> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

template <class T>
std::size_t sizeOf(const Parts<T>& parts) {
  std::size_t size = 0;
  for (const auto& part : parts) size += part.size();
  return size;
}

template <class T>
std::vector<std::size_t> sizesOf(const Parts<T>& parts) {
  std::vector<std::size_t> sizes;
  for (const auto& part : parts) sizes.push_back(part.size());
  return sizes;
}

/// Cuts `all` into partitions of these sizes.
template <class T>
Parts<T> cutAt(const std::vector<T>& all, const std::vector<std::size_t>& sizes) {
  Parts<T> parts;
  auto next = all.begin();
  for (const std::size_t size : sizes) {
    const auto end = next + static_cast<std::ptrdiff_t>(size);
    parts.emplace_back(next, end);
    next = end;
  }
  return parts;
}

/// Slice i of n elements is [floor(i*n/P), floor((i+1)*n/P)).
template <class T>
Parts<T> slicesOf(const std::vector<T>& all, std::size_t partitions) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < partitions; ++i) {
    sizes.push_back((i + 1) * all.size() / partitions - i * all.size() / partitions);
  }
  return cutAt(all, sizes);
}

/// `f(x)` for each element.
template <class T, class F>
auto mappedParts(const Parts<T>& parts, F f) {
  Parts<std::remove_cvref_t<decltype(f(std::declval<const T&>()))>> out;
  for (const auto& part : parts) {
    auto& to = out.emplace_back();
    for (const T& element : part) to.push_back(f(element));
  }
  return out;
}

/// `f(x, to)` for each element; `f` appends to the vector `to`.
template <class U, class T, class F>
Parts<U> spreadParts(const Parts<T>& parts, F f) {
  Parts<U> out;
  for (const auto& part : parts) {
    auto& to = out.emplace_back();
    for (const T& element : part) f(element, to);
  }
  return out;
}

/// Values by key, in first-seen order; of equal keys the first one's bits are kept.
template <class K, class C>
class FirstSeen {
 public:
  /// The value of a key, or null.
  C* find(const K& key) {
    const auto found = places_.find(keyOf(key));
    return found == places_.end() ? nullptr : &pairs_[found->second].second;
  }
  C& add(const K& key, C value) {
    places_.emplace(keyOf(key), pairs_.size());
    return pairs_.emplace_back(key, std::move(value)).second;
  }
  C& at(const K& key) {
    C* found = find(key);
    return found != nullptr ? *found : add(key, C());
  }
  const std::vector<std::pair<K, C>>& pairs() const { return pairs_; }

 private:
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::vector<std::pair<K, C>> pairs_;
};

/// The partition of each key.
struct Placement {
  std::size_t partitions = 0;
  std::unordered_map<std::uint64_t, std::size_t> of;

  template <class K>
  std::size_t operator()(const K& key) const {
    return of.at(keyOf(key));
  }
};

/// The pairs in their keys' partitions, in input order.
template <class K, class V>
Parts<std::pair<K, V>> placed(const Parts<std::pair<K, V>>& parts, const Placement& placement) {
  Parts<std::pair<K, V>> out(placement.partitions);
  for (const auto& part : parts) {
    for (const auto& pair : part) out[placement(pair.first)].push_back(pair);
  }
  return out;
}

/// Combines each input partition's values of a key, by `create(v)` and `mergeValue(c, v)`, and then these combiners in
/// partition order by `mergeCombiners(c, c)`.
template <class C, class K, class V, class Create, class MergeValue, class MergeCombiners>
Parts<std::pair<K, C>> combinedParts(const Parts<std::pair<K, V>>& parts, const Placement& placement, Create create,
                                     MergeValue mergeValue, MergeCombiners mergeCombiners) {
  std::vector<FirstSeen<K, C>> tables(placement.partitions);
  for (const auto& part : parts) {
    FirstSeen<K, C> local;
    for (const auto& [key, value] : part) {
      if (C* found = local.find(key)) {
        *found = mergeValue(*found, value);
      } else {
        local.add(key, create(value));
      }
    }
    for (const auto& [key, combiner] : local.pairs()) {
      FirstSeen<K, C>& table = tables[placement(key)];
      if (C* found = table.find(key)) {
        *found = mergeCombiners(*found, combiner);
      } else {
        table.add(key, combiner);
      }
    }
  }
  Parts<std::pair<K, C>> out;
  for (const auto& table : tables) out.push_back(table.pairs());
  return out;
}

/// The values of each key, in input order.
template <class K, class V>
Parts<std::pair<K, std::vector<V>>> groupedParts(const Parts<std::pair<K, V>>& parts, const Placement& placement) {
  Parts<std::pair<K, std::vector<V>>> out;
  for (const auto& part : placed(parts, placement)) {
    FirstSeen<K, std::vector<V>> table;
    for (const auto& [key, value] : part) table.at(key).push_back(value);
    out.push_back(table.pairs());
  }
  return out;
}

/// The values of each key of two RDDs; the left one's keys come first.
template <class K, class V, class W>
auto cogroupedParts(const Parts<std::pair<K, V>>& left, const Parts<std::pair<K, W>>& right,
                    const Placement& placement) {
  using Lists = std::pair<std::vector<V>, std::vector<W>>;
  const auto lefts = placed(left, placement);
  const auto rights = placed(right, placement);
  Parts<std::pair<K, Lists>> out;
  for (std::size_t p = 0; p < placement.partitions; ++p) {
    FirstSeen<K, Lists> table;
    for (const auto& [key, value] : lefts[p]) table.at(key).first.push_back(value);
    for (const auto& [key, value] : rights[p]) table.at(key).second.push_back(value);
    out.push_back(table.pairs());
  }
  return out;
}

/// All pairs of values of equal keys, ordered by the left pairs, then by the right ones. With `keepLeft`, left pairs
/// without a match are kept; with `keepRight`, the right side's unmatched keys come last.
template <class K, class V, class W>
auto joinedParts(const Parts<std::pair<K, V>>& left, const Parts<std::pair<K, W>>& right, const Placement& placement,
                 bool keepLeft, bool keepRight) {
  using Values = std::pair<std::optional<V>, std::optional<W>>;
  const auto lefts = placed(left, placement);
  const auto rights = placed(right, placement);
  Parts<std::pair<K, Values>> out(placement.partitions);
  for (std::size_t p = 0; p < placement.partitions; ++p) {
    FirstSeen<K, std::vector<V>> leftKeys;
    FirstSeen<K, std::vector<W>> rightKeys;
    for (const auto& [key, value] : lefts[p]) leftKeys.at(key).push_back(value);
    for (const auto& [key, value] : rights[p]) rightKeys.at(key).push_back(value);
    for (const auto& [key, value] : lefts[p]) {
      if (const auto* found = rightKeys.find(key)) {
        for (const W& other : *found) out[p].emplace_back(key, Values(value, other));
      } else if (keepLeft) {
        out[p].emplace_back(key, Values(value, std::nullopt));
      }
    }
    if (!keepRight) continue;
    for (const auto& [key, values] : rightKeys.pairs()) {
      if (leftKeys.find(key) != nullptr) continue;
      for (const W& value : values) out[p].emplace_back(key, Values(std::nullopt, value));
    }
  }
  return out;
}

/// The left pairs whose key is (`wanted`) or is not on the right.
template <class K, class V, class W>
Parts<std::pair<K, V>> semiJoinedParts(const Parts<std::pair<K, V>>& left, const Parts<std::pair<K, W>>& right,
                                       const Placement& placement, bool wanted) {
  FirstSeen<K, bool> known;
  for (const auto& [key, value] : flattened(right)) known.at(key) = true;
  return spreadParts<std::pair<K, V>>(placed(left, placement), [&](const auto& pair, auto& to) {
    if ((known.find(pair.first) != nullptr) == wanted) to.push_back(pair);
  });
}

/// Each element once, in its partition.
template <class T>
Parts<T> distinctParts(const Parts<T>& parts, const Placement& placement) {
  std::vector<FirstSeen<T, bool>> tables(placement.partitions);
  for (const T& element : flattened(parts)) tables[placement(element)].at(element) = true;
  Parts<T> out;
  for (const auto& table : tables) {
    auto& to = out.emplace_back();
    for (const auto& [element, present] : table.pairs()) to.push_back(element);
  }
  return out;
}

/// Stable for descending sorts too.
template <class T, class Key>
void sortStably(std::vector<T>& elements, Key key, bool ascending) {
  std::stable_sort(elements.begin(), elements.end(), [&](const T& a, const T& b) {
    return ascending ? precedes(key(a), key(b)) : precedes(key(b), key(a));
  });
}

}  // namespace seltzer::test
