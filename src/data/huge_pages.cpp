#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

#include <seltzer/detail/data/huge_pages.hpp>

namespace seltzer::detail {

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

namespace {

std::uintptr_t endOfHeap() {
  return reinterpret_cast<std::uintptr_t>(::sbrk(0));
}

/// Up to where the heap was seen; 0 as long as it is left alone.
std::uintptr_t seen = 0;

}  // namespace

void allowHugePages(bool allowed) {
  seen = allowed ? endOfHeap() : 0;
}

void useHugePages() {
  if (seen == 0) return;
  const std::uintptr_t end = endOfHeap();
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (seen + page - 1) / page * page;
  if (end > begin) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // only a hint
  seen = end;
}

#else

void allowHugePages(bool) {}

void useHugePages() {}

#endif

}  // namespace seltzer::detail
