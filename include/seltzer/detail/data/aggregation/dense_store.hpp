#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/heap_bytes.hpp>
#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/aggregation/slots.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/key/key_equal.hpp>
#include <seltzer/hash.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// Keys and combiners of any type in a vector in the order of insertion, with an open-addressing index (linear probing)
/// of 8-byte slots: the entry's index, and 32 bits of its hash. Keys are compared only where these bits are equal, so
/// practically only with themselves; strings of up to 15 characters are inside the entry. Frequent keys are inserted
/// early, so their entries are close together and stay in the cache. Hashes are kept separately: growing and visiting
/// compute none.
template <class K, class C, std::size_t limit>
class DenseStore {
  struct Entry {
    K key;
    C combiner;
  };
  struct Slot {
    std::uint32_t entry;
    std::uint32_t tag;
  };
  static constexpr std::uint32_t free = 0xffffffffu;

 public:
  explicit DenseStore(MemoryUse use) : reservation_(use) {}

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return reservation_.bytes(); }
  bool hasRoomFor(std::size_t keys) const { return size() + keys <= mostKeys_; }
  bool inNearCache() const { return slots_.bytes() + size() * sizeof(Entry) <= SlotCount::nearCacheBytes; }

  std::size_t bytesToGrow() const { return 2 * bytes(); }

  /// What finds a key's slot: its hash.
  using Probe = std::uint64_t;

  /// What a look-up needs of the store. Loops keep a copy, in registers: the compiler cannot know that writing to a
  /// combiner does not change the store's members. Invalid once the store has grown.
  struct View {
    const Slot* slots;
    std::size_t mask;
    Entry* entries;

    template <class Key>
    static Probe probeOf(const Key& key) {
      return Hash<Key>()(key);
    }

    /// Always inlined: some compilers take a function that only prefetches for pure and drop its calls.
    [[gnu::always_inline]] void prefetch(std::uint64_t hash) const { __builtin_prefetch(slots + (hash & mask)); }

    /// Prefetches the entry of the first slot with the hash's tag.
    [[gnu::always_inline]] void prefetchEntry(std::uint64_t hash) const {
      std::size_t at = hash & mask;
      while (slots[at].entry != free && slots[at].tag != tagOf(hash)) at = (at + 1) & mask;
      if (slots[at].entry == free) return;
      const char* entry = reinterpret_cast<const char*>(entries + slots[at].entry);
      __builtin_prefetch(entry, 1);
      if constexpr (sizeof(Entry) > 16) __builtin_prefetch(entry + sizeof(Entry) - 1, 1);
    }
  };
  View view() { return {slots_.data(), slots_.size() - 1, entries_.data()}; }

  template <class Key, class Make, class Merge>
  [[gnu::always_inline]] void upsert(View& view, std::uint64_t hash, Key&& key, Make&& make, Merge&& merge) {
    if (C* combiner = find(view, hash, key)) {
      merge(*combiner);
      return;
    }
    if (size() == mostKeys_) [[unlikely]] {
      grow();
      view = this->view();
    }
    entries_.push_back(Entry{toOwned(std::forward<Key>(key)), static_cast<C>(make())});
    hashes_.push_back(hash);
    slots_[freeSlotFor(hash)] = Slot{static_cast<std::uint32_t>(size() - 1), tagOf(hash)};
    heapBytes_ += heapBytes(entries_.back().key);
  }

  template <class Key>
  static C* find(const View& view, std::uint64_t hash, const Key& key) {
    for (std::size_t at = hash & view.mask;; at = (at + 1) & view.mask) {
      const Slot slot = view.slots[at];
      if (slot.entry == free) return nullptr;
      if (slot.tag != tagOf(hash)) continue;
      Entry& entry = view.entries[slot.entry];
      if (keyEqual(entry.key, key)) return &entry.combiner;
    }
  }

  template <class Visit>
  void forEach(Visit&& visit) {
    for (std::size_t i = 0; i < size(); ++i) visit(std::as_const(hashes_[i]), entries_[i].key, entries_[i].combiner);
  }

  [[gnu::noinline]] void grow(std::size_t keys = 0) {
    requireRoomForKey(size(), limit);
    const SlotCount count = SlotCount(slots_.size()).nextFor<Slot>(keys);
    const std::size_t mostKeys = std::min(limit, count.template mostKeys<Slot>());
    SlotArray<Slot> old(count.slots(), Slot{free, 0});
    hashes_.reserve(mostKeys);
    entries_.reserve(mostKeys);
    old.swap(slots_);
    mostKeys_ = mostKeys;
    for (const Slot& slot : old) {
      if (slot.entry != free) slots_[freeSlotFor(slot.tag)] = slot;
    }
    reservation_.resize(slots_.bytes() + entries_.capacity() * sizeof(Entry) +
                        hashes_.capacity() * sizeof(std::uint64_t) + heapBytes_);
  }

 private:
  /// The low bits, which also give the slot (there are at most 2^32), so that growing needs only the old slots, and
  /// accesses old and new ones in memory order.
  static std::uint32_t tagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

  std::size_t freeSlotFor(std::uint64_t hash) const {
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].entry != free) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  SlotArray<Slot> slots_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> hashes_;
  std::size_t mostKeys_ = 0;
  std::size_t heapBytes_ = 0;
  MemoryReservation reservation_;
};

}  // namespace seltzer::detail
