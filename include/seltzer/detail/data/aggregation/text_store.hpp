#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/aggregation/short_text.hpp>
#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/aggregation/slots.hpp>
#include <seltzer/detail/data/aggregation/text_arena.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// The kind of text in a slot of TextStore: none, a short one with its size, or a longer one.
class TextKind {
 public:
  TextKind() = default;

  static TextKind shortOf(std::size_t size) { return TextKind(size + 1); }
  static TextKind longer() { return TextKind(0xff); }

  bool isFree() const { return code_ == 0; }
  bool isLonger() const { return code_ == 0xff; }
  /// The size of a short text.
  std::size_t size() const { return code_ - std::size_t{1}; }
  bool operator==(const TextKind&) const = default;

 private:
  explicit TextKind(std::size_t code) : code_(static_cast<std::uint8_t>(code)) {}

  std::uint8_t code_;
};

/// A slot of TextStore; with a combiner of up to 8 bytes, within a cache line. All zeros are a free slot. Holds a text
/// of up to 16 characters; for a longer one, `text.low` is its hash and `text.high` its address in the arena.
template <class C>
struct alignas(sizeof(C) <= 8 ? std::size_t{32} : std::max(alignof(C), alignof(ShortText))) TextSlot {
  ShortText text;
  alignas(C) std::array<std::byte, sizeof(C)> room;
  std::uint32_t position;  // in the order of insertion
  TextKind kind;

  C& combiner() { return *std::launder(reinterpret_cast<C*>(room.data())); }
  template <class... Args>
  void construct(Args&&... args) {
    ::new (static_cast<void*>(room.data())) C(std::forward<Args>(args)...);
  }
  const char* place() const { return reinterpret_cast<const char*>(static_cast<std::uintptr_t>(text.high)); }
};

/// Whether TextStore is suitable: string keys, and small, trivial combiners.
template <class K, class C>
consteval bool fitsTextStore() {
  return std::is_same_v<K, std::string> && sizeof(C) <= 16 && std::is_trivially_destructible_v<C> &&
         std::is_trivially_copy_constructible_v<C>;
}

/// Strings and small combiners in the slots of an open-addressing table (linear probing), so that a look-up of a short
/// text in a large table costs one cache miss; longer texts are in an arena. Slots hold their keys' positions in the
/// order of insertion, so that growing accesses old and new slots in memory order.
template <class C, std::size_t limit, class SlotHash = TextSlotHash>
class TextStore {
  using Slot = TextSlot<C>;

 public:
  explicit TextStore(MemoryUse use) : reservation_(use) {}

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return reservation_.bytes(); }
  bool hasRoomFor(std::size_t keys) const { return size() + keys <= mostKeys_; }
  bool inNearCache() const { return slots_.bytes() + arena_.bytes() <= SlotCount::nearCacheBytes; }

  std::size_t bytesToGrow() const { return 2 * bytes(); }

  /// What finds a key's slot: its hash, and the key as slots hold it, except for the address of a longer one.
  struct Probe {
    ShortText text;
    std::uint64_t hash;
    TextKind kind;
  };

  /// What a look-up needs of the store. Loops keep a copy, in registers: the compiler cannot know that writing to a
  /// combiner does not change the store's members. Invalid once the store has grown.
  struct View {
    Slot* slots;
    std::size_t mask;

    [[gnu::always_inline]] static Probe probeOf(std::string_view key) {
      if (key.size() > ShortText::capacity) [[unlikely]] {
        const std::uint64_t hash = SlotHash::ofLonger(key);
        return {{hash, 0}, hash, TextKind::longer()};
      }
      const ShortText text = ShortText::of(key);
      return {text, SlotHash::ofShort(text, key.size()), TextKind::shortOf(key.size())};
    }

    /// Always inlined: some compilers take a function that only prefetches for pure and drop its calls.
    [[gnu::always_inline]] void prefetch(const Probe& probe) const {
      __builtin_prefetch(slots + (probe.hash & mask), 1);
    }

    /// Prefetches the text of a longer key, if its first slot refers to one.
    [[gnu::always_inline]] void prefetchEntry(const Probe& probe) const {
      if (!probe.kind.isLonger()) [[likely]]
        return;
      const Slot& slot = slots[probe.hash & mask];
      if (slot.kind == probe.kind && slot.text.low == probe.text.low) __builtin_prefetch(slot.place());
    }
  };
  View view() { return {slots_.data(), slots_.size() - 1}; }

  template <class Key, class Make, class Merge>
  [[gnu::always_inline]] void upsert(View& view, const Probe& probe, Key&& key, Make&& make, Merge&& merge) {
    if (C* combiner = find(view, probe, key)) [[likely]] {
      merge(*combiner);
      return;
    }
    if (size() == mostKeys_) [[unlikely]] {
      grow();
      view = this->view();
    }
    const C combiner = static_cast<C>(make());
    const ShortText text = probe.kind.isLonger() ? keep(key, probe.hash) : probe.text;
    const std::size_t at = freeSlotFor(probe.hash);
    slots_[at].construct(combiner);
    slots_[at].text = text;
    slots_[at].position = static_cast<std::uint32_t>(size_++);
    slots_[at].kind = probe.kind;
    if constexpr (std::is_same_v<Key, std::string>) release(std::forward<Key>(key));
  }

  [[gnu::always_inline]] static C* find(const View& view, const Probe& probe, std::string_view key) {
    if (probe.kind.isLonger()) [[unlikely]]
      return findLonger(view, probe, key);
    for (std::size_t at = probe.hash & view.mask;; at = (at + 1) & view.mask) {
      Slot& slot = view.slots[at];
      if (slot.kind == probe.kind && slot.text == probe.text) [[likely]]
        return &slot.combiner();
      if (slot.kind.isFree()) return nullptr;
    }
  }

  template <class Visit>
  void forEach(Visit&& visit) {
    SlotOrder order = slotsInOrder();
    std::string key;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i + lookAhead < order.size()) __builtin_prefetch(slots_.data() + order[i + lookAhead], 1);
      Slot& slot = slots_[order[i]];
      if (slot.kind.isLonger()) {
        key = TextArena::at(slot.place());
        visit(slot.text.low, key, slot.combiner());
      } else {
        key = slot.text.characters(slot.kind.size());
        visit(Hash<std::string>()(key), key, slot.combiner());
      }
    }
  }

  [[gnu::noinline]] void grow(std::size_t keys = 0) {
    requireRoomForKey(size(), limit);
    const SlotCount count = SlotCount(slots_.size()).template nextFor<Slot>(keys);
    SlotArray<Slot> old(count.slots(), Slot{});
    old.swap(slots_);
    mostKeys_ = std::min(limit, count.template mostKeys<Slot>());
    for (const Slot& slot : old) {
      if (!slot.kind.isFree()) slots_[freeSlotFor(hashOf(slot))] = slot;
    }
    report();
  }

 private:
  static constexpr std::size_t lookAhead = 16;

  static std::uint64_t hashOf(const Slot& slot) {
    return slot.kind.isLonger() ? slot.text.low : SlotHash::ofShort(slot.text, slot.kind.size());
  }

  [[gnu::noinline]] static C* findLonger(const View& view, const Probe& probe, std::string_view key) {
    for (std::size_t at = probe.hash & view.mask;; at = (at + 1) & view.mask) {
      Slot& slot = view.slots[at];
      if (slot.kind == probe.kind && slot.text.low == probe.text.low && TextArena::at(slot.place()) == key) {
        return &slot.combiner();
      }
      if (slot.kind.isFree()) return nullptr;
    }
  }

  /// Stores a longer text; returns it as a slot holds it.
  [[gnu::noinline]] ShortText keep(std::string_view text, std::uint64_t hash) {
    const char* const place = arena_.add(text);
    report();
    return {hash, reinterpret_cast<std::uintptr_t>(place)};
  }

  /// Frees the memory of a moved-from key.
  static void release(std::string&& key) { static_cast<void>(std::string(std::move(key))); }

  std::size_t freeSlotFor(std::uint64_t hash) const {
    std::size_t at = hash & (slots_.size() - 1);
    while (!slots_[at].kind.isFree()) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  SlotOrder slotsInOrder() const {
    SlotOrder order(size());
    for (std::size_t at = 0; at < slots_.size(); ++at) {
      if (!slots_[at].kind.isFree()) order[slots_[at].position] = static_cast<std::uint32_t>(at);
    }
    return order;
  }

  /// Includes the list of slots that `forEach` makes.
  void report() { reservation_.resize(slots_.bytes() + mostKeys_ * sizeof(std::uint32_t) + arena_.bytes()); }

  SlotArray<Slot> slots_;
  TextArena arena_;
  std::size_t size_ = 0;
  std::size_t mostKeys_ = 0;
  MemoryReservation reservation_;
};

}  // namespace seltzer::detail
