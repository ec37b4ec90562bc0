#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// What AggregationTable needs of the store of its keys, each with a combiner, in the order of insertion. A new store
/// has no memory and must `grow` before all but `size`, `bytes` and `forEach`.
///   - `size` is the number of keys, `bytes` what is reserved of the memory account.
///   - `hasRoomFor(n)`: n more keys would not make it grow.
///   - `inNearCache`: look-ups need no prefetching.
///   - `bytesToGrow` is about what `grow` takes while what is held now cannot be freed.
///   - A `Probe` finds a key's slot, and a `View`, which makes it, is what a look-up needs of the store. A view is
///     invalid once the store has grown, except that `upsert` renews the one it is given. A view may also have
///     `prefetchEntry(probe)`, to be called some time after `prefetch`.
///   - `find` returns the key's combiner or null.
///   - `upsert` calls `merge(combiner)` if the key is known. Otherwise it inserts the key's owned form, moved from an
///     rvalue, with the combiner `make()`. If one of them throws, nothing is inserted.
///   - `forEach` calls `visit(hash, key, combiner)`, in order, with Hash<K> of the key; `visit` may move from both.
///   - `grow` makes room for at least one more key, and for `keys` in all; throws std::length_error if the store is at
///     its limit.
template <class Store, class K, class C>
concept KeyStore = std::constructible_from<Store, MemoryUse> && std::is_move_assignable_v<Store> &&
    requires(Store& store, const Store& constStore, typename Store::View& view, const typename Store::View& constView,
             const typename Store::Probe& probe, K& key, C (*make)(), void (*merge)(C&),
             void (*visit)(std::uint64_t, K&, C&)) {
  { constStore.size() } -> std::same_as<std::size_t>;
  { constStore.bytes() } -> std::same_as<std::size_t>;
  { constStore.hasRoomFor(std::size_t{}) } -> std::same_as<bool>;
  { constStore.inNearCache() } -> std::same_as<bool>;
  { constStore.bytesToGrow() } -> std::same_as<std::size_t>;
  { constView.probeOf(std::as_const(key)) } -> std::same_as<typename Store::Probe>;
  { store.view() } -> std::same_as<typename Store::View>;
  { constView.prefetch(probe) } -> std::same_as<void>;
  { Store::find(constView, probe, std::as_const(key)) } -> std::same_as<C*>;
  { store.upsert(view, probe, std::move(key), make, merge) } -> std::same_as<void>;
  { store.forEach(visit) } -> std::same_as<void>;
  { store.grow() } -> std::same_as<void>;
  { store.grow(std::size_t{}) } -> std::same_as<void>;
};

}  // namespace seltzer::detail
