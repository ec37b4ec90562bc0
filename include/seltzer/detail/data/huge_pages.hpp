#pragma once

#include <cstddef>
#include <vector>

namespace seltzer::detail {

/// The size and alignment of huge pages.
inline constexpr std::size_t hugePageBytes = std::size_t{2} << 20;

/// Memory in huge pages, if the system provides them. Throws std::bad_alloc if there is none.
void* allocatePages(std::size_t bytes);

/// Keeps some of it for the next call with the same size: the system would map and clear it again.
void freePages(void* memory, std::size_t bytes) noexcept;

/// Asks the system for huge pages where the heap has grown since the last call. O(1), usually without a system call;
/// to be called often, since it has no effect on pages that were touched before.
void useHugePages();

/// Whether `useHugePages` asks for them, from the present end of the heap on; by default it does not.
void allowHugePages(bool allowed);

/// As `elements.reserve(size)`, in huge pages where the heap grows for it.
template <class T, class Allocator>
void reserveLarge(std::vector<T, Allocator>& elements, std::size_t size) {
  elements.reserve(size);
  if (size * sizeof(T) >= hugePageBytes) useHugePages();
}

}  // namespace seltzer::detail
