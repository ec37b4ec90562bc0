#include "data/heap.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>

#include <sys/mman.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace seltzer::detail {

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
namespace {

/// The least limit at which pages that are only partly used do not matter.
constexpr std::size_t leastForHugePages = std::size_t{1} << 30;

std::uintptr_t endOfHeap() {
  return reinterpret_cast<std::uintptr_t>(::sbrk(0));
}

/// Up to where the heap was seen; 0 as long as it is left alone.
std::uintptr_t seen = 0;

}  // namespace
#endif

void keepFreedMemory([[maybe_unused]] std::size_t limit) {
#if defined(__GLIBC__)
  const auto share = [limit](std::size_t most) {
    return static_cast<int>(std::clamp<std::size_t>(limit / 64, std::size_t{128} << 10, most));
  };
  ::mallopt(M_TRIM_THRESHOLD, -1);                            // never
  ::mallopt(M_MMAP_THRESHOLD, share(std::size_t{32} << 20));  // glibc accepts no more
  ::mallopt(M_TOP_PAD, share(std::size_t{64} << 20));
#if defined(MADV_HUGEPAGE)
  seen = limit >= leastForHugePages ? endOfHeap() : 0;
#endif
#endif
}

void useHugePages() {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
  if (seen == 0) return;
  const std::uintptr_t end = endOfHeap();
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (seen + page - 1) / page * page;
  if (end > begin) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // only a hint
  seen = end;
#endif
}

void returnFreedMemory() {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

std::size_t residentBytes() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace seltzer::detail
