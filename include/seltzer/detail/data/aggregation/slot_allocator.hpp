#pragma once

#include <cstddef>
#include <new>

namespace seltzer::detail {

/// The size and alignment of huge pages.
inline constexpr std::size_t hugePageBytes = std::size_t{2} << 20;

/// Memory in huge pages, if the system provides them. Throws std::bad_alloc if there is none.
void* allocatePages(std::size_t bytes);

/// Keeps some of it for the next call with the same size: the system would map and clear it again.
void freePages(void* memory, std::size_t bytes) noexcept;

/// Allocates the slots of large tables in huge pages: random look-ups then miss the TLB less often. Aligned at least to
/// cache lines.
template <class T>
class SlotAllocator {
 public:
  using value_type = T;

  SlotAllocator() = default;
  template <class U>
  explicit SlotAllocator(const SlotAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    return static_cast<T*>(bytes < hugePageBytes ? ::operator new(bytes, cacheLine) : allocatePages(bytes));
  }
  void deallocate(T* memory, std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < hugePageBytes) {
      ::operator delete(memory, cacheLine);
    } else {
      freePages(memory, bytes);
    }
  }

  bool operator==(const SlotAllocator&) const = default;

 private:
  static constexpr std::align_val_t cacheLine{64};
};

}  // namespace seltzer::detail
