#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/spill/waiting_combiners.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/shuffle/folded_combiner.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// An AggregationTable that may be larger than memory. When memory runs short, records whose key is not in the table
/// wait in the scratch file, and so do the table's own combiners if they grow. At the end those of a key are combined
/// in the order in which they came: the combiners are the same left folds as in memory. Keys keep the order of their
/// first insertion. A combiner that alone is larger than the memory is an error.
///
/// `Fold` combines records that were read back: `C create(Value&&) const` and `void merge(C&, Value&&) const`. Without
/// `travels` for keys, values and combiners everything stays in memory.
template <class K, class C, class Value, class Fold>
class ExternalTable final : private CombinerSource {
 public:
  ExternalTable(MemoryUse use, Fold fold) : use_(use), fold_(fold), table_(use), heap_(use) {}

  /// Of the keys in memory.
  std::size_t size() const { return table_.size(); }

  /// As AggregationTable::expectIndices.
  void expectIndices(IndexRange range) { table_.expectIndices(range); }

  /// Makes an empty table large enough for `keys` keys at once.
  void reserve(std::size_t keys) { table_.reserve(keys); }

  /// As AggregationTable::upsert; `valueAt(i)` is what a record is written with, a Value or its borrowed form.
  template <class KeyAt, class Make, class Merge, class ValueAt>
  void upsert(std::size_t count, KeyAt&& keyAt, Make&& make, Merge&& merge, ValueAt&& valueAt) {
    if constexpr (!spills) {
      table_.upsert(count, keyAt, make, merge);
    } else {
      if (!waiting_.areWaiting()) {
        const std::size_t more = memoryAccount().request(roomFor(count));
        if (memoryAccount().isOverLimit(more)) shortOfMemory(more);
      }
      if (waiting_.areWaiting()) {
        addWaiting(count, keyAt, merge, valueAt);
        return;
      }
      if constexpr (combinersGrow) {
        for (std::size_t i = 0; i < count; ++i) grown_ += sizeof(Value) + heapBytes(valueAt(i));
      }
      table_.upsert(count, keyAt, make, merge);
      if constexpr (combinersGrow) accountForGrowth();
    }
  }

  /// Adds pairs of keys, borrowed or not, and values, from which `Fold` makes combiners; moves from them.
  template <class Pair>
  void add(std::span<Pair> pairs) {
    auto&& fold = inRegisters(fold_);
    upsert(
        pairs.size(), [&](std::size_t i) -> auto&& { return std::move(pairs[i].first); },
        [&](std::size_t i) { return fold.create(std::move(pairs[i].second)); },
        [&](C& combiner, std::size_t i) { fold.merge(combiner, std::move(pairs[i].second)); },
        [&](std::size_t i) -> const auto& { return pairs[i].second; });
  }

  /// Calls `visit(std::uint64_t hash, K& key, C& combiner)` in the order of first insertion. Only once; `visit` may
  /// move from key and combiner.
  template <class Visit>
  void forEach(Visit&& visit) {
    table_.forEach(visit);
    if constexpr (spills) {
      if (!waiting_.areWaiting()) return;
      table_.clear();
      forEachCombined<K, C>(waiting_, *this, visit);
    }
  }

 private:
  static constexpr bool spills = travels<K> && travels<C> && travels<Value>;
  static constexpr bool combinersGrow = !std::is_trivially_copyable_v<C>;

  /// For `count` new keys, and for sorting records.
  std::size_t roomFor(std::size_t count) const { return table_.growthFor(count) + memoryAccount().limit() / 4; }

  /// Accounts for the growth of combiners, in steps. It is estimated by the size of the values that were added.
  void accountForGrowth() {
    if (grown_ - heap_.bytes() >= memoryAccount().step()) heap_.resize(grown_);
  }

  [[gnu::noinline]] void shortOfMemory(std::size_t more) {
    if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    if constexpr (combinersGrow) {
      grown_ = 0;
      table_.forEach([this](std::uint64_t, const K&, const C& combiner) { grown_ += heapBytes(combiner); });
      heap_.record(grown_);
      if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    }
    waiting_.start(use_);
    if constexpr (combinersGrow) writeCombiners();
  }

  void writeCombiners() {
    table_.forEach([this](std::uint64_t hash, const K& key, const C& combiner) {
      waiting_.begin(true) << key << combiner;
      waiting_.end(hash);
    });
    table_.clear();
    heap_.record(0);
  }

  template <class KeyAt, class Merge, class ValueAt>
  [[gnu::noinline]] void addWaiting(std::size_t count, KeyAt& keyAt, Merge& merge, ValueAt& valueAt) {
    found_.resize(count);
    table_.findBatch(count, keyAt, [this](std::size_t i, C* combiner) { found_[i] = combiner; });
    for (std::size_t i = 0; i < count; ++i) {
      if (found_[i] != nullptr) {
        merge(*found_[i], i);
        continue;
      }
      const auto& key = keyAt(i);
      waiting_.begin(false) << key << valueAt(i);
      waiting_.end(Hash<std::remove_cvref_t<decltype(key)>>()(key));
    }
  }

  UniquePointer<WaitingCombiner> make(WireReader& reader, bool isCombiner) const override {
    if constexpr (spills) {
      return makeUnique<FoldedCombiner<C, Value, Fold>>(fold_, reader, isCombiner);
    } else {
      return nullptr;
    }
  }

  MemoryUse use_;
  Fold fold_;
  AggregationTable<K, C> table_;
  std::size_t grown_ = 0;   // what combiners hold outside the table, estimated
  MemoryReservation heap_;  // for that
  WaitingCombiners waiting_;
  std::vector<C*> found_;  // by the keys of a batch
};

}  // namespace seltzer::detail
