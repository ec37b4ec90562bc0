#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/group_column.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>

namespace seltzer::detail {

/// The build side of a join: all values of each key, in order.
template <class K, class V>
class JoinTable {
  static constexpr std::uint32_t none = ~std::uint32_t{0};

 public:
  /// The values of a key: the first one inline, which is all that most joins need, the others as a group. Kept small,
  /// so that it fits into a slot of the table next to an integer key.
  struct Values {
    V value;
    std::uint32_t group = none;
    bool matched = false;
    bool others = false;  // there are more values, elsewhere
  };

  explicit JoinTable(MemoryUse use = MemoryUse::group) : keys_(use), more_(use) {}

  /// What is reserved of the memory account, without what values hold outside themselves.
  std::size_t bytes() const { return keys_.bytes() + more_.bytes(); }

  /// As AggregationTable::growthFor, of keys; and what `finish` takes on top.
  std::size_t growthFor(std::size_t keys) const { return keys_.growthFor(keys) + more_.bytesToArrange(groups_); }

  void add(std::span<std::pair<K, V>> batch) {
    keys_.upsert(
        batch.size(), [&](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [&](std::size_t i) { return Values{std::move(batch[i].second)}; },
        [&](Values& values, std::size_t i) {
          if (values.group == none) values.group = groups_++;
          more_.add(values.group, std::move(batch[i].second));
        });
  }

  /// Call it after the last `add`.
  void finish() {
    if (groups_ > 0) more_.arrange(groups_);
  }

  /// Calls `visit(i, values)` for each of `count` keys, with null for a key that is not in the table.
  template <class KeyAt, class Visit>
  void find(std::size_t count, KeyAt&& keyAt, Visit&& visit) {
    keys_.findBatch(count, keyAt, visit);
  }

  /// The values of the keys of some pairs; null for a key that is not in the table. For paths that are not hot.
  template <class Pair>
  void find(std::span<const Pair> pairs, std::vector<Values*>& found) {
    keys_.findFirsts(pairs, found);
  }

  /// Calls `visit(value, isLast)` for the values of a key until it returns false. Only once `finish` was called.
  template <class Visit>
  void forValues(const Values& values, Visit&& visit) const {
    const bool isLast = values.group == none;
    if (!visit(values.value, isLast) || isLast) return;
    const std::span<const V> more = more_.of(values.group);
    for (std::size_t i = 0; i < more.size(); ++i) {
      if (!visit(more[i], i + 1 == more.size())) return;
    }
  }

  /// Calls `visit(key, values)` for all keys in first-seen order.
  template <class Visit>
  void forKeys(Visit&& visit) {
    keys_.forEach([&visit](std::uint64_t, const K& key, const Values& values) { visit(key, values); });
  }

 private:
  AggregationTable<K, Values> keys_;
  GroupColumn<V> more_;  // all values but the first of each key
  std::uint32_t groups_ = 0;
};

}  // namespace seltzer::detail
