#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <seltzer/detail/data/huge_pages.hpp>

namespace seltzer::detail {

/// Memory for the slots of a table, in huge pages if it is large: random look-ups then miss the TLB less often. Aligned
/// at least to cache lines.
void* allocateSlots(std::size_t bytes);
void freeSlots(void* memory, std::size_t bytes) noexcept;

/// The slots of a table, as many as it was made with.
template <class Slot>
class SlotArray {
  static_assert(std::is_trivially_destructible_v<Slot> && alignof(Slot) <= 64);

 public:
  SlotArray() = default;

  /// `size` copies of `slot`.
  SlotArray(std::size_t size, const Slot& slot)
      : slots_(static_cast<Slot*>(allocateSlots(size * sizeof(Slot)))), size_(size) {
    std::uninitialized_fill_n(slots_, size, slot);
  }
  SlotArray(SlotArray&& other) noexcept { swap(other); }
  SlotArray& operator=(SlotArray&& other) noexcept {
    swap(other);
    return *this;
  }
  ~SlotArray() { freeSlots(slots_, bytes()); }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(Slot); }
  Slot* data() { return slots_; }
  const Slot* data() const { return slots_; }
  Slot& operator[](std::size_t i) { return slots_[i]; }
  const Slot& operator[](std::size_t i) const { return slots_[i]; }
  Slot* begin() { return slots_; }
  Slot* end() { return slots_ + size_; }

  void swap(SlotArray& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(size_, other.size_);
  }

 private:
  Slot* slots_ = nullptr;
  std::size_t size_ = 0;
};

/// Indices of slots in the order in which their keys were inserted.
class SlotOrder {
 public:
  SlotOrder();

  /// `size` indices, which are not set yet.
  explicit SlotOrder(std::size_t size);

  SlotOrder(SlotOrder&&) noexcept;
  SlotOrder& operator=(SlotOrder&&) noexcept;
  ~SlotOrder();

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return capacity_ * sizeof(std::uint32_t); }
  std::uint32_t& operator[](std::size_t i) { return slots_[i]; }

  /// Requires that there is room.
  void add(std::uint32_t slot) { slots_[size_++] = slot; }

  /// Makes room for `capacity` indices in all; requires that they are not less than the size.
  void reserve(std::size_t capacity);

 private:
  std::unique_ptr<std::uint32_t[]> slots_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace seltzer::detail
