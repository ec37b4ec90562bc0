#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/hash.hpp>

namespace seltzer::detail {

/// Throws std::out_of_range.
[[noreturn]] void throwNoSuchKey();

/// How a FlatHash is laid out in a row of bytes: this header, a bit for each slot that is used, and the slots. An
/// array's slots hold values, those of a hash table pairs of a key and a value.
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

  std::size_t slotsAt() const { return bits + (slots / 8 + alignment) / alignment * alignment; }
};

/// A map of keys that are integers or enumerations, for look-ups: an array if the keys are dense, otherwise a hash
/// table with linear probing.
template <class K, class V>
class FlatHash {
 public:
  using Entry = std::pair<K, V>;

  /// Forward, in no particular order. Its entries are made as they are read, since an array has no keys.
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using reference = std::pair<K, const V&>;
    using value_type = reference;

    /// What `->` reads.
    class pointer {
     public:
      const reference* operator->() const { return &entry_; }

     private:
      friend class const_iterator;
      explicit pointer(reference entry) : entry_(entry) {}
      reference entry_;
    };

    const_iterator() = default;
    reference operator*() const { return {table_->keyAt(slot_), table_->valueAt(slot_)}; }
    pointer operator->() const { return pointer(**this); }
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

  /// Of bytes that `encode` made, aligned for Entry and V, which must outlive this.
  explicit FlatHash(ByteView bytes) {
    std::memcpy(&layout_, bytes.data(), sizeof layout_);
    used_ = bytes.data() + FlatHashLayout::bits;
    slots_ = bytes.data() + layout_.slotsAt();
  }

  std::size_t size() const { return layout_.size; }

  const_iterator begin() const { return {*this, usedFrom(0)}; }
  const_iterator end() const { return {*this, layout_.slots}; }

  /// `end()` if there is none.
  const_iterator find(K key) const { return {*this, slotWith(key)}; }

  /// The value of a key, or null.
  const V* lookUp(K key) const {
    const std::size_t slot = slotWith(key);
    return slot < layout_.slots ? &valueAt(slot) : nullptr;
  }

  /// The bytes of such a map of the entries of `source`, whose keys are all different.
  template <class Source>
  static Bytes encode(const Source& source) {
    const auto byKey = [](const auto& a, const auto& b) { return numberOf(a.first) < numberOf(b.first); };
    const auto [least, greatest] = std::minmax_element(source.begin(), source.end(), byKey);
    const FlatHashLayout layout = source.empty()
                                      ? FlatHashLayout()
                                      : FlatHashLayout::of(source.size(), static_cast<std::uint64_t>(least->first),
                                                           static_cast<std::uint64_t>(greatest->first));
    const std::size_t slotBytes = layout.isArray != 0 ? sizeof(V) : sizeof(Entry);
    Bytes bytes(layout.slotsAt() + layout.slots * slotBytes, std::byte{0});
    std::memcpy(bytes.data(), &layout, sizeof layout);
    std::byte* const used = bytes.data() + FlatHashLayout::bits;
    for (const auto& entry : source) {
      std::size_t slot = slotOf(layout, entry.first);
      while (isUsed(used, slot)) slot = next(layout, slot);
      used[slot / 8] |= std::byte{1} << slot % 8;
      std::byte* const place = bytes.data() + layout.slotsAt() + slot * slotBytes;  // not aligned for V or Entry yet
      if (layout.isArray != 0) {
        std::memcpy(place, &entry.second, sizeof(V));
      } else {
        const Entry copy(entry);
        std::memcpy(place, &copy, sizeof(Entry));
      }
    }
    return bytes;
  }

 private:
  /// The number of a key: an enumeration may have an order of its own.
  static auto numberOf(K key) {
    if constexpr (std::is_enum_v<K>) {
      return static_cast<std::underlying_type_t<K>>(key);
    } else {
      return key;
    }
  }

  const Entry& entryAt(std::size_t slot) const { return reinterpret_cast<const Entry*>(slots_)[slot]; }
  const V& valueAt(std::size_t slot) const {
    return layout_.isArray != 0 ? reinterpret_cast<const V*>(slots_)[slot] : entryAt(slot).second;
  }
  K keyAt(std::size_t slot) const {
    return layout_.isArray != 0 ? static_cast<K>(layout_.first + slot) : entryAt(slot).first;
  }

  /// The number of slots if there is none.
  std::size_t slotWith(K key) const {
    std::size_t slot = slotOf(layout_, key);
    if (layout_.isArray != 0) return slot < layout_.slots && isUsed(used_, slot) ? slot : layout_.slots;
    for (; isUsed(used_, slot); slot = next(layout_, slot)) {
      if (entryAt(slot).first == key) return slot;
    }
    return layout_.slots;
  }

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
  const std::byte* slots_ = nullptr;
};

}  // namespace seltzer::detail
