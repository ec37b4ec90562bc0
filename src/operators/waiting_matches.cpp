#include <algorithm>
#include <bit>

#include <seltzer/detail/operators/shuffle/waiting_matches.hpp>

namespace seltzer::detail {

WaitingRecords::WaitingRecords() = default;
WaitingRecords::~WaitingRecords() = default;

bool WaitingRecords::startWaiting(std::size_t bytes, std::size_t room) {
  if (!mustSpill(bytes, room)) return false;
  kept_ = std::make_unique<RecordSorter>(MemoryUse::group);
  wanted_ = std::make_unique<RecordSorter>(MemoryUse::group);
  found_ = std::make_unique<FoundValues>(MemoryUse::group);
  const std::size_t words =
      std::bit_floor(std::clamp<std::size_t>(memoryAccount().limit() / 512, 8, std::size_t{1} << 23));
  filter_.assign(words, 0);
  filterShift_ = 64 - std::countr_zero(words * 64);
  return true;
}

}  // namespace seltzer::detail
