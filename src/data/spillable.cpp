#include <algorithm>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>

namespace seltzer::detail {

Spillable::Queue& Spillable::queue() {
  static Queue queue;
  return queue;
}

void makeRoom(std::size_t more) {
  Spillable::Queue& queue = Spillable::queue();
  if (queue.empty()) return;
  const PhaseScope phase(Phase::spillWrite);
  while (memoryAccount().isOverLimit(more) && !queue.empty()) {
    Spillable& first = *queue.front();
    first.withdraw();
    try {
      first.spill();
    } catch (...) {
      first.offer();
      throw;
    }
  }
}

bool mustSpill(std::size_t bytes, std::size_t more) {
  constexpr std::size_t little = std::size_t{1} << 20;
  if (!memoryAccount().isOverLimit(more)) return false;
  makeRoom(more);
  return memoryAccount().isOverLimit(more) && bytes >= std::min(little, memoryAccount().limit() / 8);
}

}  // namespace seltzer::detail
