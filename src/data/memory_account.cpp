#include <algorithm>
#include <utility>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/huge_pages.hpp>

#include "data/heap.hpp"

namespace seltzer::detail {

void MemoryAccount::add(MemoryUse use, std::size_t bytes) {
  Balance& balance = balances_[static_cast<std::size_t>(use)];
  balance.held += bytes;
  balance.peak = std::max(balance.peak, balance.held);
  total_.held += bytes;
  total_.peak = std::max(total_.peak, total_.held);
  if ((sinceLook_ += bytes) >= lookAfter) look();
}

void MemoryAccount::subtract(MemoryUse use, std::size_t bytes) {
  balances_[static_cast<std::size_t>(use)].held -= bytes;
  total_.held -= bytes;
}

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

void MemoryReservation::record(std::size_t bytes) {
  const std::size_t before = std::exchange(bytes_, bytes);
  if (bytes > before) memoryAccount().add(use_, bytes - before);
  if (bytes < before) memoryAccount().subtract(use_, before - bytes);
}

void MemoryReservation::resize(std::size_t bytes) {
  const bool grows = bytes > bytes_;
  record(bytes);
  if (!grows) return;
  const std::size_t more = memoryAccount().request(0);
  if (memoryAccount().isOverLimit(more)) makeRoom(more);
}

}  // namespace seltzer::detail
