#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/batch/chunked_vector.hpp>
#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/spill/group_limit.hpp>
#include <seltzer/detail/data/spill/ordered_runs.hpp>
#include <seltzer/detail/data/spill/waiting_records.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/shuffle/waiting_parts.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// An AggregationTable that may be larger than memory. When memory runs short, records whose key is not in the table
/// wait in the scratch file, and so do the table's own combiners if they grow. They are divided among parts by the
/// hashes of their keys; at the end each part is combined in a table of its own, which may in turn let records wait.
/// The records of a key are combined in the order in which they came: the combiners are the same left folds as in
/// memory. Keys keep the order of their first insertion, for which records have positions and the combined parts are
/// merged. A combiner that alone is larger than the memory is an error. Source: hybrid hash aggregation (Graefe, Query
/// evaluation techniques for large databases, 1993).
///
/// `Fold` combines records that were read back: `C create(Value&&) const` and `void merge(C&, Value&&) const`. Without
/// `travels` for keys, values and combiners everything stays in memory.
template <class K, class C, class Value, class Fold>
class ExternalTable {
 public:
  ExternalTable(MemoryUse use, Fold fold) : ExternalTable(use, fold, 0) {}

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
      if (mustWait(count)) {
        addWaiting(count, keyAt, merge, valueAt, [this](std::size_t) { return nextPosition_++; });
        return;
      }
      grow(count, valueAt);
      table_.upsert(count, keyAt, make, merge);
      accountForGrowth();
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
      if (!waiting_) return;
      clear();
      forEachCombined<K, C>([this](OrderedRuns& runs) { combineParts(runs); }, visit);
    }
  }

 private:
  static constexpr bool spills = travels<K> && travels<C> && travels<Value>;
  static constexpr bool combinersGrow = !std::is_trivially_copyable_v<C>;

  /// For a part of what waits at depth - 1.
  ExternalTable(MemoryUse use, Fold fold, std::size_t depth)
      : use_(use), depth_(depth), fold_(fold), table_(use), positions_(use), heap_(use) {}

  bool mustWait(std::size_t count) {
    if (!waiting_) {
      const std::size_t more = memoryAccount().request(roomFor(count));
      if (memoryAccount().isOverLimit(more)) shortOfMemory(more);
    }
    return waiting_ != nullptr;
  }

  /// For `count` new keys, and for what waits.
  std::size_t roomFor(std::size_t count) const { return table_.growthFor(count) + memoryAccount().limit() / 4; }

  /// Counts what combiners may grow by. It is estimated by the size of the values that are added.
  template <class ValueAt>
  void grow(std::size_t count, ValueAt& valueAt) {
    if constexpr (combinersGrow) {
      for (std::size_t i = 0; i < count; ++i) grown_ += sizeof(Value) + heapBytes(valueAt(i));
    }
  }

  /// In steps.
  void accountForGrowth() {
    if constexpr (combinersGrow) {
      if (grown_ - heap_.bytes() >= memoryAccount().step()) heap_.resize(grown_);
    }
  }

  [[gnu::noinline]] void shortOfMemory(std::size_t more) {
    // The keys of a part are ever fewer as long as each table keeps one.
    if (depth_ > 0 && table_.size() <= 1) {
      checkLargest();
      return;
    }
    if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    if constexpr (combinersGrow) {
      measure();
      if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    }
    waiting_ = makeUnique<WaitingRecords>(use_, depth_);
    if constexpr (combinersGrow) writeCombiners();
  }

  /// Measures the combiners. Throws MemoryError if one is larger than the memory.
  void measure() {
    grown_ = 0;
    table_.forEach([this](std::uint64_t hash, const K& key, const C& combiner) {
      const std::size_t bytes = heapBytes(combiner);
      requireGroupFits(bytes, [&] { return std::string(keyText(key, hash)); });
      grown_ += bytes;
    });
    heap_.record(grown_);
  }

  void checkLargest() {
    if constexpr (combinersGrow) {
      if (grown_ > groupLimit()) measure();
    }
  }

  void clear() {
    table_.clear();
    positions_ = ChunkedVector<std::uint64_t>(use_);
    grown_ = 0;
    heap_.record(0);
  }

  /// Writes the combiners; where no bits of the hashes are left to divide them, all but the first.
  void writeCombiners() {
    std::optional<std::pair<K, C>> first;
    std::size_t at = 0;
    table_.forEach([&](std::uint64_t hash, K& key, C& combiner) {
      if (depth_ >= WaitingRecords::lastDepth && at == 0) {
        first.emplace(std::move(key), std::move(combiner));
      } else {
        waiting_->beginCombiner(hash, depth_ == 0 ? nextPosition_++ : positions_[at]) << key << combiner;
        waiting_->end();
      }
      ++at;
    });
    const std::uint64_t position = positions_.empty() ? 0 : positions_[0];
    clear();
    if (first) restore(std::span(&*first, 1), std::span(&position, 1));
  }

  /// Adds combiners of new keys.
  template <class Pair>
  void restore(std::span<Pair> pairs, std::span<const std::uint64_t> positions) {
    for (const std::uint64_t position : positions) positions_.push_back(position);
    for (const Pair& pair : pairs) grown_ += heapBytes(pair.second);
    table_.upsert(
        pairs.size(), [&](std::size_t i) -> auto&& { return std::move(pairs[i].first); },
        [&](std::size_t i) -> auto&& { return std::move(pairs[i].second); }, [](C&, std::size_t) {});
    accountForGrowth();
  }

  template <class KeyAt, class Merge, class ValueAt, class PositionAt>
  [[gnu::noinline]] void addWaiting(std::size_t count, KeyAt& keyAt, Merge& merge, ValueAt& valueAt,
                                    PositionAt&& positionAt) {
    found_.resize(count);
    table_.findBatch(count, keyAt, [this](std::size_t i, C* combiner) { found_[i] = combiner; });
    for (std::size_t i = 0; i < count; ++i) {
      if (found_[i] != nullptr) {
        if constexpr (combinersGrow) grown_ += sizeof(Value) + heapBytes(valueAt(i));
        merge(*found_[i], i);
        continue;
      }
      const auto& key = keyAt(i);
      waiting_->begin(Hash<std::remove_cvref_t<decltype(key)>>()(key), positionAt(i)) << key << valueAt(i);
      waiting_->end();
    }
    checkLargest();
  }

  /// Adds records that waited, of values or combiners.
  template <class Pair>
  void addValuesAt(std::span<Pair> pairs, std::span<const std::uint64_t> positions) {
    const auto keyAt = [&](std::size_t i) -> auto&& {
      return std::move(pairs[i].first);
    };
    const auto merge = [&](C& combiner, std::size_t i) { fold_.merge(combiner, std::move(pairs[i].second)); };
    const auto valueAt = [&](std::size_t i) -> const Value& { return pairs[i].second; };
    if (mustWait(pairs.size())) {
      addWaiting(pairs.size(), keyAt, merge, valueAt, [&](std::size_t i) { return positions[i]; });
      return;
    }
    grow(pairs.size(), valueAt);
    table_.upsert(
        pairs.size(), keyAt,
        [&](std::size_t i) {
          positions_.push_back(positions[i]);
          return fold_.create(std::move(pairs[i].second));
        },
        merge);
    accountForGrowth();
  }
  template <class Pair>
  void addCombinersAt(std::span<Pair> pairs, std::span<const std::uint64_t> positions) {
    if (!mustWait(pairs.size())) {
      restore(pairs, positions);
      return;
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& [key, combiner] = pairs[i];
      waiting_->beginCombiner(Hash<std::remove_cvref_t<decltype(key)>>()(key), positions[i]) << key << combiner;
      waiting_->end();
    }
  }

  /// Adds the keys and combiners of what waits, each with its position.
  [[gnu::noinline]] void combineParts(OrderedRuns& runs) {
    for (std::size_t part = 0; part < WaitingRecords::parts; ++part) {
      if (waiting_->isEmpty(part)) continue;
      ExternalTable table(use_, fold_, depth_ + 1);
      readPart<K, C, Value, combinersGrow>(
          *waiting_, part, [&](auto pairs, auto positions) { table.addCombinersAt(pairs, positions); },
          [&](auto pairs, auto positions) { table.addValuesAt(pairs, positions); });
      table.addTo(runs);
    }
    waiting_.reset();
  }

  void addTo(OrderedRuns& runs) {
    runs.startRun();
    std::size_t at = 0;
    table_.forEach([&](std::uint64_t, const K& key, const C& combiner) {
      runs.begin() << key << combiner;
      runs.end(positions_[at++]);
    });
    clear();
    if (waiting_) combineParts(runs);
  }

  MemoryUse use_;
  std::size_t depth_;
  Fold fold_;
  AggregationTable<K, C> table_;
  ChunkedVector<std::uint64_t> positions_;  // of the table's keys, at a depth
  std::size_t grown_ = 0;                   // what combiners hold outside the table, estimated
  MemoryReservation heap_;                  // for that
  UniquePointer<WaitingRecords> waiting_;
  std::uint64_t nextPosition_ = 0;  // of a record that waits, not at a depth
  std::vector<C*> found_;           // by the keys of a batch
};

}  // namespace seltzer::detail
