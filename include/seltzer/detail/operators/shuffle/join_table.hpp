#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/group_column.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>

namespace seltzer::detail {

/// The build side of a join: all values of each key, in order. With `marks` a key can be marked as matched.
///
/// Most joins need one value a key. So the first one is next to its key, in slots that are kept small for the caches;
/// keys with several have a group for the others in a second table, which is not looked at while it is empty.
template <class K, class V, bool marks = false>
class JoinTable {
 public:
  /// The first value of a key.
  struct First {
    V value;
    [[no_unique_address]] std::conditional_t<marks, bool, Nothing> matched{};
  };

  explicit JoinTable(MemoryUse use = MemoryUse::group) : firsts_(use), groups_(use), others_(use) {}

  /// The number of keys.
  std::size_t size() const { return firsts_.size(); }

  /// As AggregationTable::expectIndices.
  void expectIndices(IndexRange range) {
    firsts_.expectIndices(range);
    groups_.expectIndices(range);
  }

  /// Makes an empty table large enough for `keys` keys at once.
  void reserve(std::size_t keys) { firsts_.reserve(keys); }

  /// What is reserved of the memory account, without what values hold outside themselves.
  std::size_t bytes() const { return firsts_.bytes() + groups_.bytes() + others_.bytes(); }

  /// As AggregationTable::growthFor, plus the bytes that `finish` will need.
  std::size_t growthFor(std::size_t keys) const {
    return firsts_.growthFor(keys) + groups_.growthFor(keys) + others_.bytesToArrange(groups_.size());
  }

  void add(std::span<std::pair<K, V>> batch) {
    if (groups_.size() > firsts_.size() / 2) batch = batch.first(addToGroups(batch));
    repeated_.clear();
    firsts_.upsert(
        batch.size(), [batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [batch](std::size_t i) { return First{std::move(batch[i].second)}; },
        [this](First&, std::size_t i) { repeated_.push_back(static_cast<std::uint32_t>(i)); });
    if (!repeated_.empty()) addOthers(batch);
  }

  /// Call it after the last `add`.
  void finish() {
    if (!groups_.empty()) others_.arrange(groups_.size());
  }

  /// For i in [0, count), in order: calls `visit(i, first, others)` with the first value of `keyAt(i)`, null for a key
  /// that is not in the table, and the other values. Only once `finish` was called. A visit may call `find` in turn.
  template <class KeyAt, class Visit>
  void find(std::size_t count, KeyAt&& keyAt, Visit&& visit) {
    Found found = std::exchange(found_, {});
    found.firsts.resize(count);
    firsts_.findBatch(count, keyAt, [&found](std::size_t i, First* first) { found.firsts[i] = first; });
    found.groups.assign(groups_.empty() ? 0 : count, nullptr);
    if (!groups_.empty()) {
      groups_.findBatch(count, keyAt, [&found](std::size_t i, const std::uint32_t* group) { found.groups[i] = group; });
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t* group = found.groups.empty() ? nullptr : found.groups[i];
      visit(i, found.firsts[i], group == nullptr ? std::span<const V>() : std::as_const(others_).of(*group));
    }
    found_ = std::move(found);
  }

  /// The first values of the keys of some pairs; null for a key that is not in the table. For paths that are not hot.
  template <class Pair>
  void find(std::span<const Pair> pairs, std::vector<First*>& found) {
    firsts_.findFirsts(pairs, found);
  }

  /// The values of a key but the first. For paths that are not hot. Only once `finish` was called.
  std::span<const V> othersOf(const K& key) {
    const std::uint32_t* group = groups_.find(key);
    return group == nullptr ? std::span<const V>() : std::as_const(others_).of(*group);
  }

  /// Calls `visit(key, first)` for all keys in first-seen order.
  template <class Visit>
  void forKeys(Visit&& visit) {
    firsts_.forEach([&visit](std::uint64_t, const K& key, const First& first) { visit(key, first); });
  }

 private:
  /// What was found for the keys of a batch.
  struct Found {
    std::vector<First*> firsts;
    std::vector<const std::uint32_t*> groups;
  };

  /// Where most keys have groups: adds the values of those that do, and moves the other pairs, whose number it returns,
  /// to the front.
  [[gnu::noinline]] std::size_t addToGroups(std::span<std::pair<K, V>> batch) {
    std::size_t left = 0;
    groups_.findBatch(
        batch.size(), [batch](std::size_t i) -> const K& { return batch[i].first; },
        [&](std::size_t i, const std::uint32_t* group) {
          if (group != nullptr) {
            others_.add(*group, std::move(batch[i].second));
          } else {
            if (left != i) batch[left] = std::move(batch[i]);
            ++left;
          }
        });
    return left;
  }

  [[gnu::noinline]] void addOthers(std::span<std::pair<K, V>> batch) {
    numbers_.resize(repeated_.size());
    groups_.upsert(
        repeated_.size(), [&](std::size_t i) -> const K& { return batch[repeated_[i]].first; },
        [this](std::size_t i) { return numbers_[i] = groupCount_++; },
        [this](std::uint32_t group, std::size_t i) { numbers_[i] = group; });
    others_.add(std::span(numbers_), [&](std::size_t i) -> V&& { return std::move(batch[repeated_[i]].second); });
  }

  AggregationTable<K, First> firsts_;
  AggregationTable<K, std::uint32_t> groups_;  // of keys with several values
  GroupColumn<V> others_;                      // their values but the first
  std::vector<std::uint32_t> repeated_;        // the pairs of a batch whose keys were in the table
  std::vector<std::uint32_t> numbers_;         // their groups
  std::uint32_t groupCount_ = 0;               // the size of `groups_`, which must not be used while it grows
  Found found_;                                // of the last batch, for its memory
};

/// Calls `visit(value, isLast)` for the values of a key until it returns false.
template <class V, class Visit>
void forValues(const V& first, std::span<const V> others, Visit&& visit) {
  if (!visit(first, others.empty())) return;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (!visit(others[i], i + 1 == others.size())) return;
  }
}

}  // namespace seltzer::detail
