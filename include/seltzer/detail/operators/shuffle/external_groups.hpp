#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/group_column.hpp>
#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/functions/function_wire.hpp>
#include <seltzer/detail/operators/shuffle/folded_combiner.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// The values `Vs` of several inputs, grouped by key; they may be more than memory holds. In memory each key has a
/// number, and the values are a GroupColumn for each input. When memory runs short, the groups are written to the
/// scratch file, and so are the records that follow; at the end those of a key are put together in the order in which
/// they came. Keys keep the order of their first insertion. A group that alone is larger than the memory is an error.
///
/// `Fold` is one of group_fold.hpp. Without `travels` for keys and values everything stays in memory.
template <class K, class Fold, class... Vs>
class ExternalGroups final : private CombinerSource {
  using Lists = typename Fold::Lists;

 public:
  explicit ExternalGroups(MemoryUse use) : use_(use), numbers_(use), columns_(useFor<Vs>(use)...), heap_(use) {}

  /// As AggregationTable::expectIndices.
  void expectIndices(IndexRange range) { numbers_.expectIndices(range); }

  /// Adds the values `valueAt(i)` of `input` for the keys `keyAt(i)`, i in [0, count): an owned value to move from, or
  /// a borrowed one.
  template <std::size_t input, class KeyAt, class ValueAt>
  void add(std::size_t count, KeyAt&& keyAt, ValueAt&& valueAt) {
    if constexpr (spills) {
      if (!waiting_.areWaiting()) {
        const std::size_t more = memoryAccount().request(roomFor(count));
        if (memoryAccount().isOverLimit(more)) shortOfMemory(more);
      }
      if (waiting_.areWaiting()) {
        addWaiting<input>(count, keyAt, valueAt);
        return;
      }
      if constexpr (!trivial) accountFor(count, valueAt);
    }
    found_.resize(count);
    numbers_.upsert(
        count, keyAt, [this](std::size_t i) { return found_[i] = keys_++; },
        [this](std::uint32_t number, std::size_t i) { found_[i] = number; });
    std::get<input>(columns_).add(std::span(found_), [&](std::size_t i) { return toOwned(valueAt(i)); });
  }

  /// Call it after the last `add`: brings the values that are in memory into the order of their keys.
  void finish() {
    if constexpr (spills) {
      if (waiting_.areWaiting()) return;
    }
    arrange();
  }

  /// Calls `visit(std::uint64_t hash, K& key, Lists& lists)` in the order of first insertion. Only once; `visit` may
  /// move from key and lists.
  template <class Visit>
  void forEach(Visit&& visit) {
    if constexpr (spills) {
      if (waiting_.areWaiting()) {
        forEachCombined<K, Lists>(waiting_, *this, visit);
        return;
      }
    }
    forEachInMemory(visit);
  }

 private:
  static constexpr bool spills = travels<K> && (travels<Vs> && ...);
  static constexpr bool trivial = (std::is_trivially_copyable_v<Vs> && ...);
  using Inputs = std::index_sequence_for<Vs...>;

  template <class>
  static MemoryUse useFor(MemoryUse use) {
    return use;
  }

  template <class Body>
  void forColumns(Body&& body) {
    std::apply([&body](auto&... columns) { (body(columns), ...); }, columns_);
  }

  void arrange() {
    forColumns([this](auto& column) { column.arrange(keys_); });
  }

  std::size_t bytes() {
    std::size_t sum = numbers_.bytes() + heap_.bytes();
    forColumns([&sum](const auto& column) { sum += column.bytes(); });
    return sum;
  }

  /// For `count` new keys, for arranging the values by group, and for sorting records.
  std::size_t roomFor(std::size_t count) {
    std::size_t sum = numbers_.growthFor(count) + memoryAccount().limit() / 4;
    forColumns([&](const auto& column) { sum += column.bytesToArrange(keys_); });
    return sum;
  }

  /// Accounts for what values hold outside themselves, in steps.
  template <class ValueAt>
  void accountFor(std::size_t count, ValueAt& valueAt) {
    for (std::size_t i = 0; i < count; ++i) valueBytes_ += heapBytes(valueAt(i));
    if (valueBytes_ - heap_.bytes() >= memoryAccount().step()) heap_.resize(valueBytes_);
  }

  [[gnu::noinline]] void shortOfMemory(std::size_t more) {
    if (!mustSpill(bytes(), more)) return;
    waiting_.start(use_);
    forEachInMemory([this](std::uint64_t hash, const K& key, const Lists& lists) {
      waiting_.begin(true) << key << lists;
      waiting_.end(hash);
    });
    numbers_.clear();
    forColumns([](auto& column) { column.clear(); });
    heap_.record(0);
  }

  template <std::size_t input, class KeyAt, class ValueAt>
  [[gnu::noinline]] void addWaiting(std::size_t count, KeyAt& keyAt, ValueAt& valueAt) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto& key = keyAt(i);
      const auto& value = valueAt(i);
      waiting_.begin(false) << key << Fold::template onWire<input>(value);
      waiting_.end(Hash<std::remove_cvref_t<decltype(key)>>()(key));
    }
  }

  template <class Visit>
  void forEachInMemory(Visit&& visit) {
    arrange();
    std::size_t number = 0;
    numbers_.forEach([&](std::uint64_t hash, auto& key, std::uint32_t) {
      Lists lists = listsOf(number++, Inputs());
      visit(hash, key, lists);
    });
  }

  template <std::size_t... input>
  Lists listsOf(std::size_t number, std::index_sequence<input...>) {
    Lists lists;
    const auto assign = [number](auto& list, auto& column) {
      const auto values = column.of(number);
      list.assign(std::move_iterator(values.begin()), std::move_iterator(values.end()));
    };
    (assign(Fold::template listOf<input>(lists), std::get<input>(columns_)), ...);
    return lists;
  }

  UniquePointer<WaitingCombiner> make(WireReader& reader, bool isCombiner) const override {
    if constexpr (spills) {
      return makeUnique<FoldedCombiner<Lists, typename Fold::Value, Fold>>(fold_, reader, isCombiner);
    } else {
      return nullptr;
    }
  }

  MemoryUse use_;
  Fold fold_;
  AggregationTable<K, std::uint32_t> numbers_;
  std::uint32_t keys_ = 0;
  std::tuple<GroupColumn<Vs>...> columns_;
  std::size_t valueBytes_ = 0;  // what values hold outside themselves
  MemoryReservation heap_;      // for that
  WaitingCombiners waiting_;
  std::vector<std::uint32_t> found_;  // the numbers of the keys of a batch
};

}  // namespace seltzer::detail
