#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/aggregation/slots.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/key/index_ranges.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// A slot of InlineStore: the key as an unsigned word, and storage for a combiner.
template <class Word, class C>
struct InlineSlot {
  Word key;
  alignas(C) std::array<std::byte, sizeof(C)> room;

  C& combiner() { return *std::launder(reinterpret_cast<C*>(room.data())); }
  template <class... Args>
  void construct(Args&&... args) {
    ::new (static_cast<void*>(room.data())) C(std::forward<Args>(args)...);
  }
};

/// Combiners without state share one object, so that a set of integers takes only their words.
template <class Word, class C>
requires std::is_empty_v<C>
struct InlineSlot<Word, C> {
  Word key;

  C& combiner() { return *std::launder(reinterpret_cast<C*>(room.data())); }
  template <class... Args>
  void construct(Args&&... args) {
    ::new (static_cast<void*>(room.data())) C(std::forward<Args>(args)...);
  }

 private:
  alignas(C) static inline std::array<std::byte, sizeof(C)> room;
};

template <class K>
using InlineWord = std::conditional_t<sizeof(K) <= 4, std::uint32_t, std::uint64_t>;

/// Whether InlineStore is suitable: integer keys, and small, trivial combiners.
template <class K, class C>
consteval bool fitsInlineStore() {
  constexpr bool isWord = ComparedAsInteger<K> && sizeof(K) <= sizeof(std::uint64_t);
  if constexpr (isWord && std::is_trivially_destructible_v<C> && std::is_trivially_copy_constructible_v<C>) {
    return sizeof(InlineSlot<InlineWord<K>, C>) <= 32;
  } else {
    return false;
  }
}

/// Integer keys and small combiners in the slots of an open-addressing table (linear probing), so that a look-up in a
/// large table costs one cache miss. The order of insertion is a separate list of slots, accessed only by insertions. A
/// free slot holds a word that is not a key; if that word arrives as a key, another one replaces it.
///
/// Where the keys are known to be indices of a range, the slots become an array of all of them as soon as the table
/// would take half as much: it is smaller, and neighbours share cache lines. A key outside of the range is found all
/// the same, after probing.
template <class K, class C, std::size_t limit>
class InlineStore {
  using Word = InlineWord<K>;
  using Slot = InlineSlot<Word, C>;

 public:
  static constexpr Word firstFreeWord = static_cast<Word>(0x9ae16a3b2f90404fu);

  explicit InlineStore(MemoryUse use) : reservation_(use) {}

  std::size_t size() const { return order_.size(); }
  std::size_t bytes() const { return reservation_.bytes(); }
  bool hasRoomFor(std::size_t keys) const { return size() + keys <= mostKeys_; }
  bool inNearCache() const { return slots_.bytes() <= SlotCount::nearCacheBytes; }

  /// The keys will be indices of this range.
  void expectIndices(IndexRange range) {
    if (range.size < limit / 2) range_ = range;
  }

  /// About what `grow` takes while what is held now cannot be freed.
  std::size_t bytesToGrow() const { return (becomesArray(SlotCount(slots_.size()).next()) ? 5 : 2) * bytes(); }

  /// What finds a key's slot: its hash, or in an array its place.
  using Probe = std::uint64_t;

  /// What a look-up needs of the store. Loops keep a copy, in registers: the compiler cannot know that writing to a
  /// combiner does not change the store's members. Invalid once the store has grown.
  struct View {
    Slot* slots;
    std::size_t mask;
    Word free;
    bool isArray;
    Word begin;

    Probe probeOf(K key) const {
      const Probe place = static_cast<Word>(static_cast<Word>(key) - begin);
      return isArray ? place : Hash<K>()(key);
    }

    /// Always inlined: some compilers take a function that only prefetches for pure and drop its calls.
    [[gnu::always_inline]] void prefetch(std::uint64_t hash) const { __builtin_prefetch(slots + (hash & mask), 1); }
  };
  View view() { return {slots_.data(), slots_.size() - 1, free_, isArray_, static_cast<Word>(range_.begin)}; }

  template <class Make, class Merge>
  [[gnu::always_inline]] void upsert(View& view, Probe probe, K key, Make&& make, Merge&& merge) {
    const Word word = static_cast<Word>(key);
    if (word == view.free) [[unlikely]] {
      chooseFreeWord();
      view = this->view();
    }
    for (;;) {
      for (std::size_t at = probe & view.mask;; at = (at + 1) & view.mask) {
        Slot& slot = view.slots[at];
        if (slot.key == word) [[likely]] {
          merge(slot.combiner());
          return;
        }
        if (slot.key == view.free) break;
      }
      if (!view.isArray) [[likely]]
        break;
      const Probe place = view.probeOf(key);
      if (probe == place) break;
      probe = place;  // the slots have become an array since the probe was made
    }
    if (size() == mostKeys_) [[unlikely]] {
      grow();
      view = this->view();
      probe = view.probeOf(key);
    }
    const std::size_t at = freeSlotFor(probe);
    slots_[at].construct(make());
    slots_[at].key = word;
    order_.add(static_cast<std::uint32_t>(at));
  }

  static C* find(const View& view, Probe probe, K key) {
    const Word word = static_cast<Word>(key);
    if (word == view.free) [[unlikely]]
      return nullptr;
    for (std::size_t at = probe & view.mask;; at = (at + 1) & view.mask) {
      if (view.slots[at].key == word) return &view.slots[at].combiner();
      if (view.slots[at].key == view.free) return nullptr;
    }
  }

  template <class Visit>
  void forEach(Visit&& visit) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (i + lookAhead < order_.size()) __builtin_prefetch(slots_.data() + order_[i + lookAhead], 1);
      Slot& slot = slots_[order_[i]];
      K key = static_cast<K>(slot.key);
      visit(Hash<K>()(key), key, slot.combiner());
    }
  }

  [[gnu::noinline]] void grow(std::size_t keys = 0) {
    requireRoomForKey(size(), limit);
    SlotCount count = SlotCount(slots_.size()).nextFor<Slot>(std::max(keys, size() + 1));
    std::size_t mostKeys = std::min(limit, count.template mostKeys<Slot>());
    if (becomesArray(count)) {
      count = SlotCount(std::max(count.slots(), slotsOfArray()));
      mostKeys = std::max<std::size_t>(mostKeys, range_.size);
      isArray_ = true;
    }
    order_.reserve(mostKeys);
    SlotArray<Slot> old(count.slots(), freeSlot());
    old.swap(slots_);
    mostKeys_ = mostKeys;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (i + 2 * lookAhead < order_.size()) __builtin_prefetch(old.data() + order_[i + 2 * lookAhead]);
      if (i + lookAhead < order_.size()) view().prefetch(probeOf(old[order_[i + lookAhead]].key));
      order_[i] = move(old[order_[i]]);
    }
    reservation_.resize(slots_.bytes() + order_.bytes());
  }

 private:
  static constexpr std::size_t lookAhead = 16;

  /// With a free one, where probing ends.
  std::size_t slotsOfArray() const { return std::bit_ceil(range_.size + 1); }

  bool becomesArray(SlotCount next) const { return range_.size > 0 && !isArray_ && 2 * next.slots() >= slotsOfArray(); }

  Probe probeOf(Word word) { return view().probeOf(static_cast<K>(word)); }

  Slot freeSlot() const {
    Slot slot{};
    slot.key = free_;
    return slot;
  }

  std::size_t freeSlotFor(Probe probe) const {
    std::size_t at = probe & (slots_.size() - 1);
    while (slots_[at].key != free_) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  /// Moves a slot, whose key is not in the table yet, and returns its new index.
  std::uint32_t move(Slot& from) {
    const std::size_t at = freeSlotFor(probeOf(from.key));
    slots_[at].key = from.key;
    slots_[at].construct(std::move(from.combiner()));
    return static_cast<std::uint32_t>(at);
  }

  bool contains(Word word) { return find(view(), probeOf(word), static_cast<K>(word)) != nullptr; }

  /// Chooses another word that is not a key for free slots. O(slots), and practically never called.
  [[gnu::noinline]] void chooseFreeWord() {
    Word word = free_;
    do {
      word = static_cast<Word>(mixBits(word));
    } while (word == free_ || contains(word));
    for (Slot& slot : slots_) {
      if (slot.key == free_) slot.key = word;
    }
    free_ = word;
  }

  SlotArray<Slot> slots_;
  SlotOrder order_;
  std::size_t mostKeys_ = 0;
  MemoryReservation reservation_;
  IndexRange range_;  // of the keys, if it is known
  Word free_ = firstFreeWord;
  bool isArray_ = false;  // slot i is that of the range's index i
};

}  // namespace seltzer::detail
