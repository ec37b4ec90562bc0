#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/dense_store.hpp>
#include <seltzer/detail/data/aggregation/inline_store.hpp>
#include <seltzer/detail/data/aggregation/key_store.hpp>
#include <seltzer/detail/data/aggregation/text_store.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/hash.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Keys in the order of their first insertion, each with a combiner; K and C are owned types that can be moved. Keys
/// are hashed by Hash and compared by keyEqual: all NaNs are one key. Slots are chosen by the low bits of the hash, or
/// by another hash; the high ones remain for choosing a partition.
///
/// Integers and strings with small combiners are kept in the slots (InlineStore, TextStore), everything else in a
/// vector with an index (DenseStore). The former costs one cache miss instead of two, 14 against 22 ns for an upsert
/// among 1e6 integers, but memory for two to eight times the pairs, too much for larger ones.
///
/// A borrowed key is one whose Owned form is K. At most `limit` keys: one more throws std::length_error.
template <class K, class C, std::size_t limit = aggregationLimit>
class AggregationTable {
  static_assert(isOwned<K> && limit <= aggregationLimit);

 public:
  explicit AggregationTable(MemoryUse use = MemoryUse::aggregation) : use_(use), store_(use) {}

  std::size_t size() const { return store_.size(); }
  bool empty() const { return size() == 0; }

  /// What the table has reserved of the rank's memory account; updated when it grows. Includes heap memory of keys as
  /// far as heapBytes knows it, but none of combiners.
  std::size_t bytes() const { return store_.bytes(); }

  /// About the bytes to reserve before what is held now can be freed, if the next `keys` keys are all new; 0 if they
  /// have room.
  std::size_t growthFor(std::size_t keys) const { return store_.hasRoomFor(keys) ? 0 : store_.bytesToGrow(); }

  /// The keys will be indices of this range: a table of integers with small combiners becomes an array of them.
  void expectIndices([[maybe_unused]] IndexRange range) {
    if constexpr (fitsInlineStore<K, C>()) store_.expectIndices(range);
  }

  /// Makes an empty table large enough for `keys` keys at once.
  void reserve(std::size_t keys) {
    if (!store_.hasRoomFor(keys)) store_.grow(std::min(keys, limit));
  }

  /// For i in [0, count), in order: looks up `keyAt(i)`, a borrowed key; if it is new, inserts its owned form (moved
  /// from an rvalue) with the combiner `make(i)`, otherwise calls `merge(combiner, i)`. `keyAt` may be called more than
  /// once for an i and should be free; none of the three may use the table. If one throws, the effects of earlier i
  /// stay. Amortized O(1) for each i; cache misses of several keys overlap.
  template <class KeyAt, class Make, class Merge>
  [[gnu::always_inline]] void upsert(std::size_t count, KeyAt&& keyAt, Make&& make, Merge&& merge) {
    if (count != 0 && bytes() == 0) store_.grow();
    lookUp(count, keyAt, [&](View& view, std::size_t i, const Probe& probe) {
      store_.upsert(
          view, probe, keyAt(i), [&]() -> decltype(auto) { return make(i); }, [&](C& combiner) { merge(combiner, i); });
    });
  }

  /// The key's combiner, or nullptr. Valid until the next upsert or clear. Not inlined, since it is for the paths that
  /// are not worth the code of findBatch.
  template <class Key>
  [[gnu::noinline]] C* find(const Key& key) {
    if (empty()) return nullptr;
    const View view = store_.view();
    return Store::find(view, probeOf(view, key), key);
  }

  /// As `find`, for the first member of each of some pairs, at the cost of upsert. Not inlined either.
  template <class Pair>
  [[gnu::noinline]] void findFirsts(std::span<const Pair> pairs, std::vector<C*>& found) {
    found.resize(pairs.size());
    findBatch(
        pairs.size(), [pairs](std::size_t i) -> const auto& { return pairs[i].first; },
        [&found](std::size_t i, C* combiner) { found[i] = combiner; });
  }

  /// For i in [0, count), in order: calls `visit(i, find(keyAt(i)))`, at the cost of upsert.
  template <class KeyAt, class Visit>
  [[gnu::always_inline]] void findBatch(std::size_t count, KeyAt&& keyAt, Visit&& visit) {
    if (empty()) {
      for (std::size_t i = 0; i < count; ++i) visit(i, static_cast<C*>(nullptr));
      return;
    }
    lookUp(count, keyAt,
           [&](const View& view, std::size_t i, const Probe& probe) { visit(i, Store::find(view, probe, keyAt(i))); });
  }

  /// Calls `visit(std::uint64_t hash, K& key, C& combiner)` in the order of insertion. `visit` may move from both; then
  /// only `clear`, the destructor and another forEach may be called.
  template <class Visit>
  void forEach(Visit&& visit) {
    store_.forEach(visit);
  }

  /// Removes all keys and frees the memory.
  void clear() { store_ = Store(use_); }

 private:
  using Store =
      std::conditional_t<fitsInlineStore<K, C>(), InlineStore<K, C, limit>,
                         std::conditional_t<fitsTextStore<K, C>(), TextStore<C, limit>, DenseStore<K, C, limit>>>;
  static_assert(KeyStore<Store, K, C>);
  using View = typename Store::View;
  using Probe = typename Store::Probe;

  /// How many look-ups ahead memory is prefetched. From 16 to 64 it makes no measurable difference.
  static constexpr std::size_t ahead = 32;

  template <class Key>
  static Probe probeOf(const View& view, const Key& key) {
    static_assert(std::is_same_v<Owned<Key>, K>, "the owned form of a borrowed key must be the table's key");
    return view.probeOf(key);
  }

  /// Calls `look(view, i, probe)` for i in [0, count), in order; prefetches what it will access, unless the store fits
  /// a near cache.
  template <class KeyAt, class Look>
  [[gnu::always_inline]] void lookUp(std::size_t count, KeyAt& keyAt, Look&& look) {
    std::size_t i = 0;
    View view = store_.view();
    for (; i < count && store_.inNearCache(); ++i) look(view, i, probeOf(view, keyAt(i)));
    if (i < count) lookUpAhead(view, i, count, keyAt, look);
  }

  /// With a ring of probes, so that what the next keys need arrives while one is looked up. A store of two levels gets
  /// its entries half a ring after its index.
  template <class KeyAt, class Look>
  [[gnu::always_inline]] static void lookUpAhead(View& view, std::size_t begin, std::size_t count, KeyAt& keyAt,
                                                 Look& look) {
    constexpr bool hasEntries = requires(Probe probe) {
      view.prefetchEntry(probe);
    };
    constexpr std::size_t ring = hasEntries ? 2 * ahead : ahead;
    std::array<Probe, ring> probes;
    for (std::size_t i = begin; i < std::min(begin + ring, count); ++i) {
      probes[i % ring] = probeOf(view, keyAt(i));
      view.prefetch(probes[i % ring]);
    }
    if constexpr (hasEntries) {
      for (std::size_t i = begin; i < std::min(begin + ahead, count); ++i) view.prefetchEntry(probes[i % ring]);
    }
    for (std::size_t i = begin; i < count; ++i) {
      const Probe probe = probes[i % ring];
      if (i + ring < count) {
        probes[i % ring] = probeOf(view, keyAt(i + ring));
        view.prefetch(probes[i % ring]);
      }
      if constexpr (hasEntries) {
        if (i + ahead < count) view.prefetchEntry(probes[(i + ahead) % ring]);
      }
      look(view, i, probe);
    }
  }

  MemoryUse use_;
  Store store_;
};

}  // namespace seltzer::detail
