#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/batch/chunked_vector.hpp>

namespace seltzer::detail {

/// The build side of a join: all values of each key, in order.
template <class K, class V>
class JoinTable {
 private:
  static constexpr std::size_t none = ~std::size_t{0};

 public:
  /// The values of a key: the first one inline, which is all that most joins need, the others in a linked list. Kept
  /// small, so that it fits into a slot of the table next to an integer key.
  struct Values {
    V value;
    std::size_t next = none;    // the second value
    std::size_t last : 62 = 0;  // the last value, if there is a second
    std::size_t matched : 1 = 0;
    std::size_t others : 1 = 0;  // there are more values, elsewhere
  };

  /// What is reserved of the memory account, without what values hold outside themselves.
  std::size_t bytes() const { return keys_.bytes() + values_.bytes(); }

  /// As AggregationTable::growthFor, of keys.
  std::size_t growthFor(std::size_t keys) const { return keys_.growthFor(keys); }

  void add(std::span<std::pair<K, V>> batch) {
    keys_.upsert(
        batch.size(), [&](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [&](std::size_t i) { return Values{std::move(batch[i].second)}; },
        [&](Values& values, std::size_t i) {
          values_.emplace_back(Link{std::move(batch[i].second), none});
          const std::size_t at = values_.size() - 1;
          (values.next == none ? values.next : values_[values.last].next) = at;
          values.last = at & (none >> 2);
        });
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

  /// Calls `visit(value, isLast)` for the values of a key until it returns false.
  template <class Visit>
  void forValues(const Values& values, Visit&& visit) const {
    if (!visit(values.value, values.next == none)) return;
    for (std::size_t at = values.next; at != none;) {
      const Link& link = values_[at];
      at = link.next;
      if (!visit(link.value, at == none)) return;
    }
  }

  /// Calls `visit(key, values)` for all keys in first-seen order.
  template <class Visit>
  void forKeys(Visit&& visit) {
    keys_.forEach([&visit](std::uint64_t, const K& key, const Values& values) { visit(key, values); });
  }

 private:
  struct Link {
    V value;
    std::size_t next;
  };

  AggregationTable<K, Values> keys_{MemoryUse::group};
  ChunkedVector<Link> values_{MemoryUse::group};
};

}  // namespace seltzer::detail
