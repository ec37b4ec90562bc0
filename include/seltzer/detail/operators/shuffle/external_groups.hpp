#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/group_column.hpp>
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

/// The values `Vs` of several inputs, grouped by key; they may be more than memory holds. In memory each key has a
/// number, and the values are a GroupColumn for each input. When memory runs short, the groups are written to the
/// scratch file, and so are the records that follow, divided among parts by the hashes of their keys; at the end each
/// part is grouped by itself, as in ExternalTable. Keys keep the order of their first insertion, and values that in
/// which they came. A group that alone is larger than the memory is an error.
///
/// `Fold` is one of group_fold.hpp. Without `travels` for keys and values everything stays in memory.
template <class K, class Fold, class... Vs>
class ExternalGroups {
  using Lists = typename Fold::Lists;

 public:
  explicit ExternalGroups(MemoryUse use) : ExternalGroups(use, 0) {}

  /// As AggregationTable::expectIndices.
  void expectIndices(IndexRange range) { numbers_.expectIndices(range); }

  /// Adds the values `valueAt(i)` of `input` for the keys `keyAt(i)`, i in [0, count): an owned value to move from, or
  /// a borrowed one.
  template <std::size_t input, class KeyAt, class ValueAt>
  void add(std::size_t count, KeyAt&& keyAt, ValueAt&& valueAt) {
    if constexpr (spills) {
      if (mustWait(count)) {
        addWaiting<input>(count, keyAt, valueAt);
        return;
      }
      if constexpr (!trivial) {
        for (std::size_t i = 0; i < count; ++i) valueBytes_ += heapBytes(valueAt(i));
        accountForValues();
      }
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
      if (waiting_) return;
    }
    arrange();
  }

  /// Calls `visit(std::uint64_t hash, K& key, Lists& lists)` in the order of first insertion. Only once; `visit` may
  /// move from key and lists.
  template <class Visit>
  void forEach(Visit&& visit) {
    if constexpr (spills) {
      if (waiting_) {
        forEachCombined<K, Lists>([this](OrderedRuns& runs) { combineParts(runs); }, visit);
        return;
      }
    }
    forEachInMemory(visit);
  }

 private:
  static constexpr bool spills = travels<K> && (travels<Vs> && ...);
  static constexpr bool trivial = (std::is_trivially_copyable_v<Vs> && ...);
  using Inputs = std::index_sequence_for<Vs...>;

  /// For a part of what waits at depth - 1.
  ExternalGroups(MemoryUse use, std::size_t depth)
      : use_(use), depth_(depth), numbers_(use), positions_(use), columns_(useFor<Vs>(use)...), heap_(use) {}

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

  bool mustWait(std::size_t count) {
    if (!waiting_) {
      const std::size_t more = memoryAccount().request(roomFor(count));
      if (memoryAccount().isOverLimit(more)) shortOfMemory(more);
    }
    return waiting_ != nullptr;
  }

  /// Accounts for what values hold outside themselves, in steps.
  void accountForValues() {
    if (valueBytes_ - heap_.bytes() >= memoryAccount().step()) heap_.resize(valueBytes_);
  }

  [[gnu::noinline]] void shortOfMemory(std::size_t more) {
    // The keys of a part are ever fewer as long as each grouping keeps one.
    if (depth_ > 0 && keys_ <= 1) {
      requireOnlyGroupFits();
      return;
    }
    if (!mustSpill(bytes(), more)) return;
    waiting_ = makeUnique<WaitingRecords>(use_, depth_);
    writeGroups();
  }

  /// For the group of the only key in memory.
  void requireOnlyGroupFits() {
    std::size_t sum = valueBytes_;
    forColumns([&sum](const auto& column) { sum += column.valueBytes(); });
    requireGroupFits(sum, [this] {
      std::string text;
      numbers_.forEach([&text](std::uint64_t hash, const K& key, std::uint32_t) { text = keyText(key, hash); });
      return text;
    });
  }

  /// Writes the groups; where no bits of the hashes are left to divide them, all but the first.
  void writeGroups() {
    std::optional<std::pair<K, Lists>> first;
    std::size_t at = 0;
    forEachInMemory([&](std::uint64_t hash, K& key, Lists& lists) {
      requireGroupFits(heapBytes(lists), [&] { return std::string(keyText(key, hash)); });
      if (depth_ >= WaitingRecords::lastDepth && at == 0) {
        first.emplace(std::move(key), std::move(lists));
      } else {
        waiting_->beginCombiner(hash, depth_ == 0 ? nextPosition_++ : positions_[at]) << key << lists;
        waiting_->end();
      }
      ++at;
    });
    const std::uint64_t position = positions_.empty() ? 0 : positions_[0];
    clear();
    if (first) restore(std::span(&*first, 1), std::span(&position, 1));
  }

  void clear() {
    numbers_.clear();
    keys_ = 0;
    positions_ = ChunkedVector<std::uint64_t>(use_);
    forColumns([](auto& column) { column.clear(); });
    valueBytes_ = 0;
    heap_.record(0);
  }

  template <std::size_t input, class KeyAt, class ValueAt>
  [[gnu::noinline]] void addWaiting(std::size_t count, KeyAt& keyAt, ValueAt& valueAt) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto& key = keyAt(i);
      const auto& value = valueAt(i);
      waiting_->begin(hashOf(key), nextPosition_++) << key << Fold::template onWire<input>(value);
      waiting_->end();
    }
  }

  template <class Key>
  static std::uint64_t hashOf(const Key& key) {
    return Hash<Key>()(key);
  }

  /// Adds groups of new keys.
  template <class Pair>
  void restore(std::span<Pair> groups, std::span<const std::uint64_t> positions) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      positions_.push_back(positions[i]);
      numbers_.upsert(
          1, [&](std::size_t) -> auto&& { return std::move(groups[i].first); }, [this](std::size_t) { return keys_++; },
          [](std::uint32_t, std::size_t) {});
      addLists(keys_ - 1, groups[i].second, Inputs());
    }
    accountForValues();
  }

  template <std::size_t... input>
  void addLists(std::uint32_t number, Lists& lists, std::index_sequence<input...>) {
    const auto add = [&](auto&& list, auto& column) {
      for (auto&& value : list) addValue(number, std::move(value), column);
    };
    (add(Fold::template listOf<input>(lists), std::get<input>(columns_)), ...);
  }

  template <class V, class Column>
  void addValue(std::uint32_t number, V&& value, Column& column) {
    if constexpr (!trivial) valueBytes_ += heapBytes(value);
    column.add(number, std::forward<V>(value));
  }

  /// Adds records that waited, of values or groups.
  template <class Pair>
  void addValuesAt(std::span<Pair> pairs, std::span<const std::uint64_t> positions) {
    const auto keyAt = [&](std::size_t i) -> auto&& {
      return std::move(pairs[i].first);
    };
    const bool waits = mustWait(pairs.size());
    found_.resize(pairs.size());
    if (waits) {
      numbers_.findBatch(pairs.size(), keyAt, [this](std::size_t i, const std::uint32_t* number) {
        found_[i] = number == nullptr ? nowhere : *number;
      });
    } else {
      numbers_.upsert(
          pairs.size(), keyAt,
          [&](std::size_t i) {
            positions_.push_back(positions[i]);
            return found_[i] = keys_++;
          },
          [this](std::uint32_t number, std::size_t i) { found_[i] = number; });
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      auto& [key, value] = pairs[i];
      if (found_[i] == nowhere) {
        waiting_->begin(hashOf(key), positions[i]) << key << value;
        waiting_->end();
      } else {
        Fold::visit(value, [&]<class Input>(Input, auto& of) {
          addValue(found_[i], std::move(of), std::get<Input::value>(columns_));
        });
      }
    }
    accountForValues();
    if (waits && keys_ == 1) requireOnlyGroupFits();
  }
  template <class Pair>
  void addGroupsAt(std::span<Pair> pairs, std::span<const std::uint64_t> positions) {
    if (!mustWait(pairs.size())) {
      restore(pairs, positions);
      return;
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& [key, lists] = pairs[i];
      waiting_->beginCombiner(hashOf(key), positions[i]) << key << lists;
      waiting_->end();
    }
  }

  /// Adds the keys and groups of what waits, each with its position.
  [[gnu::noinline]] void combineParts(OrderedRuns& runs) {
    for (std::size_t part = 0; part < WaitingRecords::parts; ++part) {
      if (waiting_->isEmpty(part)) continue;
      ExternalGroups groups(use_, depth_ + 1);
      readPart<K, Lists, typename Fold::Value, true>(
          *waiting_, part, [&](auto pairs, auto at) { groups.addGroupsAt(pairs, at); },
          [&](auto pairs, auto at) { groups.addValuesAt(pairs, at); });
      groups.addTo(runs);
    }
    waiting_.reset();
  }

  void addTo(OrderedRuns& runs) {
    runs.startRun();
    std::size_t at = 0;
    forEachInMemory([&](std::uint64_t, const K& key, const Lists& lists) {
      runs.begin() << key << lists;
      runs.end(positions_[at++]);
    });
    clear();
    if (waiting_) combineParts(runs);
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

  static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

  MemoryUse use_;
  std::size_t depth_;
  AggregationTable<K, std::uint32_t> numbers_;
  std::uint32_t keys_ = 0;
  ChunkedVector<std::uint64_t> positions_;  // of the keys in memory, at a depth
  std::tuple<GroupColumn<Vs>...> columns_;
  std::size_t valueBytes_ = 0;  // what values hold outside themselves
  MemoryReservation heap_;      // for that
  UniquePointer<WaitingRecords> waiting_;
  std::uint64_t nextPosition_ = 0;    // of a record that waits, not at a depth
  std::vector<std::uint32_t> found_;  // the numbers of the keys of a batch
};

}  // namespace seltzer::detail
