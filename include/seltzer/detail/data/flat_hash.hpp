#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Throws std::out_of_range.
[[noreturn]] void throwNoSuchKey();

/// How a FlatHash is laid out in a row of bytes: this header, a bit for each slot that is used, and the slots.
struct FlatHashLayout {
  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t bits = alignment;

  std::uint64_t size = 0;
  std::uint64_t slots = 1;
  std::uint64_t first = 0;  // the key of the first slot, if `isArray`
  std::uint64_t isArray = 0;

  /// For `size` keys from `least` to `greatest`: an array of all between, if half of these or more are keys; otherwise
  /// a hash table that is filled to two thirds at most.
  static FlatHashLayout of(std::size_t size, std::uint64_t least, std::uint64_t greatest) {
    const std::uint64_t distance = greatest - least;
    if (size > 0 && distance < 2 * size) return {size, distance + 1, least, 1};
    return {size, std::bit_ceil(size + size / 2 + 1), 0, 0};
  }

  std::size_t entries() const { return bits + (slots / 8 + alignment) / alignment * alignment; }
};

/// A map of keys that are integers or enumerations, for look-ups: an array if the keys are dense, otherwise a hash
/// table with linear probing. `Entry` is a pair of a key and a value.
template <class K, class V>
class FlatHash {
 public:
  using Entry = std::pair<K, V>;

  /// Forward, in no particular order.
  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;

    const_iterator() = default;
    reference operator*() const { return table_->slots_[slot_]; }
    pointer operator->() const { return &**this; }
    const_iterator& operator++() {
      slot_ = table_->usedFrom(slot_ + 1);
      return *this;
    }
    const_iterator operator++(int) {
      const const_iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const { return slot_ == other.slot_; }

   private:
    friend class FlatHash;
    const_iterator(const FlatHash& table, std::size_t slot) : table_(&table), slot_(slot) {}

    const FlatHash* table_ = nullptr;
    std::size_t slot_ = 0;
  };

  /// Of bytes that `encode` made, aligned for Entry, which must outlive this.
  explicit FlatHash(ByteView bytes) {
    std::memcpy(&layout_, bytes.data(), sizeof layout_);
    used_ = bytes.data() + FlatHashLayout::bits;
    slots_ = reinterpret_cast<const Entry*>(bytes.data() + layout_.entries());
  }

  std::size_t size() const { return layout_.size; }

  const_iterator begin() const { return {*this, usedFrom(0)}; }
  const_iterator end() const { return {*this, layout_.slots}; }

  /// `end()` if there is none.
  const_iterator find(K key) const {
    const Entry* entry = lookUp(key);
    return entry == nullptr ? end() : const_iterator(*this, static_cast<std::size_t>(entry - slots_));
  }

  /// Null if there is none.
  const Entry* lookUp(K key) const {
    if (layout_.isArray != 0) {
      const std::uint64_t slot = static_cast<std::uint64_t>(key) - layout_.first;
      return slot < layout_.slots && isUsed(used_, slot) ? slots_ + slot : nullptr;
    }
    for (std::size_t slot = slotOf(layout_, key); isUsed(used_, slot); slot = next(layout_, slot)) {
      if (slots_[slot].first == key) return slots_ + slot;
    }
    return nullptr;
  }

  /// The bytes of such a map of the entries of `source`, whose keys are all different.
  template <class Source>
  static Bytes encode(const Source& source) {
    const auto byKey = [](const auto& a, const auto& b) { return a.first < b.first; };
    const auto [least, greatest] = std::minmax_element(source.begin(), source.end(), byKey);
    const FlatHashLayout layout = source.empty()
                                      ? FlatHashLayout()
                                      : FlatHashLayout::of(source.size(), static_cast<std::uint64_t>(least->first),
                                                           static_cast<std::uint64_t>(greatest->first));
    Bytes bytes(layout.entries() + layout.slots * sizeof(Entry), std::byte{0});
    std::memcpy(bytes.data(), &layout, sizeof layout);
    std::byte* const used = bytes.data() + FlatHashLayout::bits;
    for (const auto& entry : source) {
      std::size_t slot = slotOf(layout, entry.first);
      while (isUsed(used, slot)) slot = next(layout, slot);
      used[slot / 8] |= std::byte{1} << slot % 8;
      ::new (static_cast<void*>(bytes.data() + layout.entries() + slot * sizeof(Entry))) Entry(entry);
    }
    return bytes;
  }

 private:
  /// Where a key is, or where looking for it begins.
  static std::size_t slotOf(const FlatHashLayout& layout, K key) {
    return layout.isArray != 0 ? static_cast<std::uint64_t>(key) - layout.first : Hash<K>()(key) & (layout.slots - 1);
  }
  static std::size_t next(const FlatHashLayout& layout, std::size_t slot) { return (slot + 1) & (layout.slots - 1); }
  static bool isUsed(const std::byte* used, std::size_t slot) {
    return (used[slot / 8] >> slot % 8 & std::byte{1}) != std::byte{0};
  }

  /// The first used slot from `slot` on, or the number of slots.
  std::size_t usedFrom(std::size_t slot) const {
    while (slot < layout_.slots && !isUsed(used_, slot)) ++slot;
    return slot;
  }

  FlatHashLayout layout_;
  const std::byte* used_ = nullptr;  // bits
  const Entry* slots_ = nullptr;
};

}  // namespace seltzer::detail
