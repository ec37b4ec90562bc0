#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/operators/shuffle/join_table.hpp>
#include <seltzer/detail/operators/shuffle/waiting_matches.hpp>

namespace seltzer::detail {

/// A JoinTable that may be larger than memory. When memory runs short the table stays as it is, and the records that
/// follow wait. So a key may have its first values in the table and the others among those that wait, or all of them
/// there.
template <class K, class V, bool marks>
class ExternalJoinTable {
  using Table = JoinTable<K, V, marks>;

 public:
  void add(std::span<std::pair<K, V>> batch) {
    if (waiting_.mustWait(table_.bytes() + heap_.bytes(), table_.growthFor(batch.size()))) [[unlikely]] {
      addWaiting(batch);
      return;
    }
    if constexpr (!std::is_trivially_copyable_v<V>) accountFor(batch);
    table_.add(batch);
  }

  /// Call it after the last `add`.
  void finish() { table_.finish(); }

  /// Whether no records wait: all values are in the table.
  bool isComplete() const { return !waiting_.areWaiting(); }

  Table& table() { return table_; }

  /// The records that wait.
  WaitingMatches& waiting() { return waiting_; }

 private:
  [[gnu::noinline]] void addWaiting(std::span<const std::pair<K, V>> batch) {
    for (const auto& [key, value] : batch) waiting_.keep(key, value);
  }

  /// Accounts for what values hold outside the table, in steps.
  void accountFor(std::span<const std::pair<K, V>> batch) {
    for (const auto& pair : batch) valueBytes_ += heapBytes(pair.second);
    if (valueBytes_ - heap_.bytes() >= memoryAccount().step()) heap_.resize(valueBytes_);
  }

  Table table_;
  std::size_t valueBytes_ = 0;
  MemoryReservation heap_{MemoryUse::group};
  WaitingMatches waiting_{wireKeys<K>};
};

}  // namespace seltzer::detail
