#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/ordered_runs.hpp>
#include <seltzer/detail/data/spill/waiting_records.hpp>
#include <seltzer/detail/data/wire/read_in_place.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Reads pairs of a key, in place, and a `Second` from a frame, with their positions.
template <class K, class Second>
class WaitingPairs {
  using Key = typename ReadInPlace<K>::Type;

 public:
  /// Reads `count` pairs; `position` is that of the record before, and then that of the last.
  void read(WireReader& reader, std::size_t count, std::uint64_t& position) {
    pairs_.clear();
    positions_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      positions_.push_back(position += readCompact(reader));
      Key key = ReadInPlace<K>::read(reader);
      pairs_.emplace_back(std::move(key), reader.read<Second>());
    }
  }

  std::span<std::pair<Key, Second>> pairs() { return pairs_; }
  std::span<const std::uint64_t> positions() const { return positions_; }

 private:
  std::vector<std::pair<Key, Second>> pairs_;
  std::vector<std::uint64_t> positions_;
};

/// Calls `addCombiners(pairs, positions)` and then `addValues(pairs, positions)` for the records of a part, in order, a
/// batch at a time. Without `hasCombiners` there are none of the former.
template <class K, class C, class Value, bool hasCombiners, class AddCombiners, class AddValues>
void readPart(WaitingRecords& waiting, std::size_t part, AddCombiners&& addCombiners, AddValues&& addValues) {
  constexpr std::size_t most = 1024;
  WaitingPairs<K, std::conditional_t<hasCombiners, C, Value>> combiners;
  WaitingPairs<K, Value> values;
  std::uint64_t position = 0;
  for (WaitingRecords::Frame frame; waiting.read(part, frame);) {
    WireReader reader(frame.bytes);
    if constexpr (hasCombiners) {
      for (std::size_t left = frame.combiners; left > 0;) {
        const std::size_t count = std::min(left, most);
        combiners.read(reader, count, position);
        addCombiners(combiners.pairs(), combiners.positions());
        left -= count;
      }
    }
    for (std::size_t left = frame.records - frame.combiners; left > 0;) {
      const std::size_t count = std::min(left, most);
      values.read(reader, count, position);
      addValues(values.pairs(), values.positions());
      left -= count;
    }
  }
}

/// Calls `visit(std::uint64_t hash, K& key, C& combiner)` for what `combineParts(runs)` adds, in the order of
/// positions.
template <class K, class C, class CombineParts, class Visit>
void forEachCombined(CombineParts&& combineParts, Visit&& visit) {
  OrderedRuns runs(memoryAccount().limit() / 4, OrderedRuns::Numbers::differ);
  combineParts(runs);
  runs.finish();
  std::uint64_t position = 0;
  for (ByteView record; runs.next(position, record);) {
    WireReader reader(record);
    K key = reader.read<K>();
    C combiner = reader.read<C>();
    visit(Hash<K>()(key), key, combiner);
  }
}

}  // namespace seltzer::detail
