#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace seltzer::detail {

/// The capacity of a batch of `T`: at most 1024 elements, and about 16 KiB, so that a batch stays in the L1 cache.
template <class T>
inline constexpr std::size_t batchCapacity = std::clamp<std::size_t>(16384 / sizeof(T), 1, 1024);

/// A buffer for the elements of one batch. Allocates with the first element; frees only when destroyed.
template <class T>
class Batch {
 public:
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  ~Batch() {
    clear();
    if (elements_) std::allocator<T>().deallocate(elements_, batchCapacity<T>);
  }

  std::size_t size() const { return size_; }
  bool full() const { return size_ == batchCapacity<T>; }
  std::span<T> elements() { return {elements_, size_}; }

  /// Requires that the batch is not full.
  template <class... Args>
  void emplace(Args&&... args) {
    std::construct_at(room() + size_, std::forward<Args>(args)...);
    ++size_;
  }

  /// Constructs `count` elements from `make(0)`, `make(1)`, ... in a loop that the compiler can vectorize. Requires
  /// room for them. If `make` throws, the batch holds the elements made so far, or none of them if T is trivially
  /// destructible.
  template <class Make>
  void generate(std::size_t count, Make&& make) {
    T* __restrict begin = room() + size_;
    if constexpr (std::is_trivially_destructible_v<T>) {
      for (std::size_t i = 0; i < count; ++i) ::new (static_cast<void*>(begin + i)) T(make(i));
      size_ += count;
    } else {
      for (std::size_t i = 0; i < count; ++i, ++size_) ::new (static_cast<void*>(begin + i)) T(make(i));
    }
  }

  void clear() {
    if constexpr (!std::is_trivially_destructible_v<T>) std::destroy_n(elements_, size_);
    size_ = 0;
  }

 private:
  T* room() {
    if (!elements_) elements_ = std::allocator<T>().allocate(batchCapacity<T>);
    return elements_;
  }

  T* elements_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace seltzer::detail
