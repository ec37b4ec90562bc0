#include "data/heap.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <new>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <seltzer/detail/data/aggregation/slot_array.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/huge_pages.hpp>

namespace seltzer::detail {

namespace {

/// The least limit at which memory that is only partly used does not matter.
constexpr std::size_t leastForReuse = std::size_t{1} << 30;

#if defined(__GLIBC__)
constexpr int mostMappings = 65536;  // glibc's default
#endif

/// What `freePages` keeps, by size: tables come in few sizes, each twice the one before.
class KeptPages {
 public:
  void* take(std::size_t bytes) {
    const auto found = bySize_.find(bytes);
    if (found == bySize_.end() || found->second.empty()) return nullptr;
    void* const memory = found->second.back();
    found->second.pop_back();
    bytes_ -= bytes;
    return memory;
  }

  /// False if enough is kept.
  bool keep(void* memory, std::size_t bytes) {
    constexpr std::size_t most = std::size_t{512} << 20;
    if (bytes_ + bytes > std::min(most, memoryAccount().limit() / 16)) return false;
    bySize_[bytes].push_back(memory);
    bytes_ += bytes;
    return true;
  }

  void release() {
    for (const auto& [bytes, all] : bySize_) {
      for (void* memory : all) ::munmap(memory, bytes);
    }
    bySize_.clear();
    bytes_ = 0;
  }

 private:
  std::map<std::size_t, std::vector<void*>> bySize_;
  std::size_t bytes_ = 0;
};

KeptPages& keptPages() {
  static KeptPages pages;
  return pages;
}

constexpr std::align_val_t cacheLine{64};

/// In whole huge pages.
std::size_t rounded(std::size_t bytes) {
  return (bytes + hugePageBytes - 1) / hugePageBytes * hugePageBytes;
}

/// A new mapping that is aligned to huge pages; nullptr if there is no memory.
void* mapPages(std::size_t bytes) {
  const std::size_t more = bytes + hugePageBytes;
  void* const mapped = ::mmap(nullptr, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(mapped);
  char* const aligned =
      begin + (hugePageBytes - reinterpret_cast<std::uintptr_t>(begin) % hugePageBytes) % hugePageBytes;
  if (aligned > begin) ::munmap(begin, static_cast<std::size_t>(aligned - begin));
  ::munmap(aligned + bytes, more - bytes - static_cast<std::size_t>(aligned - begin));
#if defined(MADV_HUGEPAGE)
  ::madvise(aligned, bytes, MADV_HUGEPAGE);  // only a hint
#endif
  return aligned;
}

}  // namespace

void* allocatePages(std::size_t bytes) {
  bytes = rounded(bytes);
  if (void* const kept = keptPages().take(bytes)) return kept;
  void* memory = mapPages(bytes);
  if (memory == nullptr) {
    returnFreedMemory();
    memory = mapPages(bytes);
  }
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void freePages(void* memory, std::size_t bytes) noexcept {
  bytes = rounded(bytes);
  try {
    if (keptPages().keep(memory, bytes)) return;
  } catch (const std::bad_alloc&) {  // there is no memory to note it in
  }
  ::munmap(memory, bytes);
}

void* allocateSlots(std::size_t bytes) {
  return bytes < hugePageBytes ? ::operator new(bytes, cacheLine) : allocatePages(bytes);
}

void freeSlots(void* memory, std::size_t bytes) noexcept {
  if (bytes < hugePageBytes) {
    ::operator delete(memory, cacheLine);
  } else {
    freePages(memory, bytes);
  }
}

void keepFreedMemory(std::size_t limit) {
#if defined(__GLIBC__)
  const auto share = [limit](std::size_t most) {
    return static_cast<int>(std::clamp<std::size_t>(limit / 64, std::size_t{128} << 10, most));
  };
  // Where much fits, everything is in the heap: what is mapped is cleared by the system each time.
  ::mallopt(M_MMAP_MAX, limit >= leastForReuse ? 0 : mostMappings);
  ::mallopt(M_TRIM_THRESHOLD, -1);                            // never
  ::mallopt(M_MMAP_THRESHOLD, share(std::size_t{32} << 20));  // glibc accepts no more
  ::mallopt(M_TOP_PAD, share(std::size_t{64} << 20));
#endif
  allowHugePages(limit >= leastForReuse);
}

void returnFreedMemory() {
  keptPages().release();
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
