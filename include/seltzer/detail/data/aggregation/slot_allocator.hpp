#pragma once

#include <cstddef>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace seltzer::detail {

/// Allocates the slots of large tables, in huge pages if the system provides them: random look-ups then miss the TLB
/// less often. Aligned at least to cache lines.
template <class T>
class SlotAllocator {
 public:
  using value_type = T;

  SlotAllocator() = default;
  template <class U>
  explicit SlotAllocator(const SlotAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* const memory = ::operator new(bytes, alignment(bytes));
#if defined(MADV_HUGEPAGE)
    if (bytes >= hugePage) ::madvise(memory, bytes, MADV_HUGEPAGE);  // only a hint
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    ::operator delete(memory, alignment(count * sizeof(T)));
  }

  bool operator==(const SlotAllocator&) const = default;

 private:
  static constexpr std::size_t hugePage = std::size_t{2} << 20;
  static constexpr std::size_t cacheLine = 64;

  static std::align_val_t alignment(std::size_t bytes) {
    return std::align_val_t{bytes < hugePage ? cacheLine : hugePage};
  }
};

}  // namespace seltzer::detail
