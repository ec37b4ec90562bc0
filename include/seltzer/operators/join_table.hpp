#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <seltzer/data/aggregation_table.hpp>
#include <seltzer/data/chunked_vector.hpp>

namespace seltzer::detail {

/// The side of a join that is kept: all values of each key, in order.
template <class K, class V>
class JoinTable {
 public:
  /// Where the values of a key are.
  struct Values {
    std::size_t first = 0;
    std::size_t last = 0;
    bool matched = false;
  };

  void add(std::span<std::pair<K, V>> batch) {
    const auto append = [&](std::size_t i) {
      values_.emplace_back(Link{std::move(batch[i].second), none});
      return values_.size() - 1;
    };
    keys_.upsert(
        batch.size(), [&](std::size_t i) -> K&& { return std::move(batch[i].first); },
        [&](std::size_t i) {
          const std::size_t at = append(i);
          return Values{at, at};
        },
        [&](Values& values, std::size_t i) {
          const std::size_t at = append(i);
          values_[values.last].next = at;
          values.last = at;
        });
  }

  /// Calls `visit(i, values)` for each of `count` keys, with null for a key that is not there.
  template <class KeyAt, class Visit>
  void find(std::size_t count, KeyAt&& keyAt, Visit&& visit) {
    keys_.findBatch(count, keyAt, visit);
  }

  /// Calls `visit(value)` for the values of a key until it gives false.
  template <class Visit>
  void forValues(const Values& values, Visit&& visit) const {
    for (std::size_t at = values.first; at != none; at = values_[at].next) {
      if (!visit(values_[at].value)) return;
    }
  }

  /// Calls `visit(key, values)` for all keys in first-seen order.
  template <class Visit>
  void forKeys(Visit&& visit) {
    keys_.forEach([&visit](std::uint64_t, const K& key, const Values& values) { visit(key, values); });
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  struct Link {
    V value;
    std::size_t next;
  };

  AggregationTable<K, Values> keys_{MemoryUse::group};
  ChunkedVector<Link> values_{MemoryUse::group};
};

}  // namespace seltzer::detail
