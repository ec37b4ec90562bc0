#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/table.hpp>
#include <seltzer/detail/data/element/key_text.hpp>
#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/detail/data/spill/group_limit.hpp>
#include <seltzer/detail/data/spill/record_sorter.hpp>
#include <seltzer/detail/data/wire/format.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// An AggregationTable that may be larger than memory. When memory runs short, records whose key is not in the table
/// wait in the scratch file, and so do the table's own combiners if they grow. At the end the records are sorted by the
/// hashes of their keys, and those of a key are combined in the order in which they came: the combiners are the same
/// left folds as in memory. Keys keep the order of their first insertion. A combiner that alone is larger than the
/// memory is an error.
///
/// `Fold` combines records that were read back: `C create(Value&&) const` and `void merge(C&, Value&&) const`. Without
/// `travels` for keys, values and combiners everything stays in memory.
template <class K, class C, class Value, class Fold>
class ExternalTable {
 public:
  ExternalTable(MemoryUse use, Fold fold) : use_(use), fold_(fold), table_(use), heap_(use) {}

  /// As AggregationTable::upsert; `valueAt(i)` is what a record is written with, a Value or its borrowed form.
  template <class KeyAt, class Make, class Merge, class ValueAt>
  void upsert(std::size_t count, KeyAt&& keyAt, Make&& make, Merge&& merge, ValueAt&& valueAt) {
    if constexpr (!spills) {
      table_.upsert(count, keyAt, make, merge);
    } else {
      if (!waiting_) {
        const std::size_t more = memoryAccount().request(roomFor(count));
        if (memoryAccount().isOverLimit(more)) shortOfMemory(more);
      }
      if (waiting_) {
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

  /// Calls `visit(std::uint64_t hash, K& key, C& combiner)` in the order of first insertion. Only once; `visit` may
  /// move from key and combiner.
  template <class Visit>
  void forEach(Visit&& visit) {
    table_.forEach(visit);
    if constexpr (spills) {
      if (waiting_) forEachWaiting(visit);
    }
  }

 private:
  static constexpr bool spills = travels<K> && travels<C> && travels<Value>;
  static constexpr bool combinersGrow = !std::is_trivially_copyable_v<C>;

  /// The order of the records that are written: combiners of the table, which were there first, by their position.
  static constexpr std::uint64_t firstRecord = aggregationLimit;
  enum class Kind : std::uint8_t { combiner, value };

  /// For `count` new keys, and for sorting records.
  std::size_t roomFor(std::size_t count) const { return table_.growthFor(count) + memoryAccount().limit() / 4; }

  /// Looks at the growth of combiners after a mebibyte or a part of the limit. It is estimated by what was added.
  void accountForGrowth() {
    constexpr std::size_t step = std::size_t{1} << 20;
    if (grown_ - heap_.bytes() < std::min(step, memoryAccount().limit() / 16 + 1)) return;
    heap_.resize(grown_);
  }

  [[gnu::noinline]] void shortOfMemory(std::size_t more) {
    if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    if constexpr (combinersGrow) {
      grown_ = 0;
      table_.forEach([this](std::uint64_t, const K&, const C& combiner) { grown_ += heapBytes(combiner); });
      heap_.record(grown_);
      if (!mustSpill(table_.bytes() + heap_.bytes(), more)) return;
    }
    waiting_ = std::make_unique<RecordSorter>(use_);
    if constexpr (combinersGrow) writeCombiners();
  }

  void writeCombiners() {
    std::uint64_t position = 0;
    table_.forEach([&](std::uint64_t hash, const K& key, const C& combiner) {
      waiting_->add(hash, [&](WireWriter& writer) { writer << Kind::combiner << position << key << combiner; });
      ++position;
    });
    table_.clear();
    heap_.record(0);
  }

  template <class KeyAt, class Merge, class ValueAt>
  [[gnu::noinline]] void addWaiting(std::size_t count, KeyAt& keyAt, Merge& merge, ValueAt& valueAt) {
    table_.findBatch(count, keyAt, [&](std::size_t i, C* combiner) {
      if (combiner != nullptr) {
        merge(*combiner, i);
        return;
      }
      const auto& key = keyAt(i);
      waiting_->add(Hash<std::remove_cvref_t<decltype(key)>>()(key), [&](WireWriter& writer) {
        writer << Kind::value << firstRecord + records_++ << key << valueAt(i);
      });
    });
  }

  /// The combiners of the records that waited, by way of the scratch file.
  template <class Visit>
  void forEachWaiting(Visit& visit) {
    table_.clear();
    RecordSorter combined(use_);
    combineWaiting(combined);
    waiting_.reset();
    combined.finish();
    std::uint64_t position = 0;
    for (ByteView record; combined.next(position, record);) {
      WireReader reader(record);
      K key = reader.read<K>();
      C combiner = reader.read<C>();
      visit(Hash<K>()(key), key, combiner);
    }
  }

  struct Combined {
    std::uint64_t position;  // of the key's first record
    K key;
    C combiner;
    std::size_t unmeasured = groupLimit() / 2;  // the bytes to add before the combiner is measured again
  };

  /// Adds key and combiner by their position.
  void combineWaiting(RecordSorter& to) {
    std::vector<Combined> keys;  // of one hash: practically always one
    const auto complete = [&] {
      for (const Combined& of : keys) {
        to.add(of.position, [&of](WireWriter& writer) { writer << of.key << of.combiner; });
      }
      keys.clear();
    };
    waiting_->finish();
    std::uint64_t hash = 0;
    std::uint64_t hashBefore = 0;
    for (ByteView record; waiting_->next(hash, record); hashBefore = hash) {
      if (hash != hashBefore) complete();
      WireReader reader(record);
      combine(reader, keys);
    }
    complete();
  }

  void combine(WireReader& reader, std::vector<Combined>& keys) {
    const auto kind = reader.read<Kind>();
    const auto position = reader.read<std::uint64_t>();
    K key = reader.read<K>();
    if (kind == Kind::combiner) {
      keys.push_back({position, std::move(key), reader.read<C>()});
      if constexpr (combinersGrow) measure(keys.back());
      return;
    }
    Value value = reader.read<Value>();
    [[maybe_unused]] const std::size_t bytes = combinersGrow ? sizeof(Value) + heapBytes(value) : 0;
    const auto found = std::ranges::find_if(keys, [&key](const Combined& of) { return keyEqual(of.key, key); });
    if (found == keys.end()) {
      keys.push_back({position, std::move(key), fold_.create(std::move(value))});
    } else {
      fold_.merge(found->combiner, std::move(value));
      if constexpr (combinersGrow) {
        if (bytes > found->unmeasured) measure(*found);
        found->unmeasured -= std::min(bytes, found->unmeasured);
      }
    }
  }

  /// Throws if the combiner alone is larger than the memory. Otherwise it may grow by half of the rest, or little,
  /// before it is measured again: combiners need not hold what is added to them.
  [[gnu::noinline]] static void measure(Combined& of) {
    const std::size_t bytes = heapBytes(of.combiner);
    if (bytes > groupLimit()) throwGroupTooLarge(keyText(of.key, Hash<K>()(of.key)), bytes);
    of.unmeasured = std::max((groupLimit() - bytes) / 2, groupLimit() / 16);
  }

  MemoryUse use_;
  Fold fold_;
  AggregationTable<K, C> table_;
  std::size_t grown_ = 0;   // what combiners hold outside the table, estimated
  MemoryReservation heap_;  // for that
  std::unique_ptr<RecordSorter> waiting_;
  std::uint64_t records_ = 0;
};

}  // namespace seltzer::detail
