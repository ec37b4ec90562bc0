#include <seltzer/detail/data/block/memory_account.hpp>

#include "data/heap.hpp"

namespace seltzer::detail {

void MemoryAccount::setLimit(std::size_t bytes, std::size_t resident) {
  limit_ = bytes;
  mostResident_ = resident;
}

std::size_t MemoryAccount::requestOfTest(std::size_t more) {
  return ++requests_ % spillEvery_ == 0 ? everything : more;
}

void MemoryAccount::look() {
  sinceLook_ = 0;
  useHugePages();
  constexpr std::size_t looksInLimit = 32;
  if (++looks_ < mostResident_ / looksInLimit / lookAfter) return;
  looks_ = 0;
  if (residentBytes() > mostResident_ / 10 * 9) returnFreedMemory();
}

}  // namespace seltzer::detail
