#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sort/stable_sort.hpp>
#include <seltzer/detail/data/sort/wire_row.hpp>
#include <seltzer/detail/data/wire/bitwise.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/operators/shuffle/pair_key.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>

namespace seltzer::detail {

/// How the sort key `F` of elements of `Out` is read from their wire form. Not known for any function of any element.
template <class Out, class F>
struct KeyInWire {
  static constexpr bool isKnown = false;
};

/// The key of a pair is what comes first. Pairs that are copied as bytes are better sorted as objects, and keys whose
/// prefixes do not decide their order would be read too often.
template <class K, class V>
struct KeyInWire<std::pair<K, V>, PairKey> {
  using Key = K;
  static constexpr bool isKnown = !isBitwise<std::pair<K, V>> && travels<K> && travels<V> &&
                                  (KeyPrefix<K>::alwaysDecides || Composed<K, Composition::text>);

  static auto read(ByteView record) {
    WireReader reader(record);
    return ReadInPlace<K>::read(reader);
  }
};

/// The key of a record of a WireRow, as a sort sees it.
template <class Form>
struct PlacedKey {
  const WireRow* row;
  WireEntry entry;

  auto read() const { return Form::read(row->at(entry.place)); }

  friend bool operator<(const PlacedKey& a, const PlacedKey& b) {
    if (a.entry.prefix != b.entry.prefix) return a.entry.prefix < b.entry.prefix;
    return keyLess(a.read(), b.read());
  }
};

template <class Form>
struct KeyPrefix<PlacedKey<Form>> : KeyPrefix<typename Form::Key> {
  static std::uint64_t of(const PlacedKey<Form>& key, std::size_t depth) {
    return depth == 0 ? key.entry.prefix : KeyPrefix<typename Form::Key>::of(key.read(), depth);
  }
};

/// Sorts the records of a row stably, as stableSort does; `Form` is a KeyInWire.
template <class Form>
void sortRecords(WireRow& row, bool ascending) {
  const auto keyOf = [&row](const WireEntry& entry) { return PlacedKey<Form>{&row, entry}; };
  stableSort(row.entries(), keyOf, ascending);
}

}  // namespace seltzer::detail
