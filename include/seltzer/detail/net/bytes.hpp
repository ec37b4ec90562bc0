#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace seltzer::detail {

/// `std::allocator`, except that `resize` leaves new elements uninitialized: a receive buffer need not be zeroed before
/// it is overwritten.
template <class T>
class UninitializedAllocator : public std::allocator<T> {
 public:
  template <class U>
  struct rebind {
    using other = UninitializedAllocator<U>;
  };

  using std::allocator<T>::allocator;

  template <class U>
  void construct(U* element) noexcept {
    ::new (static_cast<void*>(element)) U;
  }

  template <class U, class... Args>
  void construct(U* element, Args&&... args) {
    std::construct_at(element, std::forward<Args>(args)...);
  }
};

/// A contiguous buffer of raw bytes; `resize` leaves new bytes uninitialized.
using Bytes = std::vector<std::byte, UninitializedAllocator<std::byte>>;

using ByteView = std::span<const std::byte>;

}  // namespace seltzer::detail
