#include <algorithm>

#include <fmt/format.h>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/group_limit.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/errors.hpp>

#include "data/heap.hpp"

namespace seltzer::detail {

namespace {

/// Returns to the system what the allocator keeps, after each quarter of the limit that was freed: freed buffers of
/// many sizes leave gaps, which would add up to several times the limit.
void freed(std::size_t bytes) {
  constexpr std::size_t least = std::size_t{16} << 20;
  static std::size_t sum = 0;
  sum += bytes;
  if (sum < std::max(least, memoryAccount().limit() / 4)) return;
  sum = 0;
  returnFreedMemory();
}

}  // namespace

Spillable::~Spillable() {
  withdraw();
}

void Spillable::offer() {
  if (isOffered_) return;
  place_ = queue().insert(queue().end(), this);
  isOffered_ = true;
}

void Spillable::withdraw() {
  if (isOffered_) queue().erase(place_);
  isOffered_ = false;
}

Spillable::Queue& Spillable::queue() {
  static Queue queue;
  return queue;
}

void makeRoom(std::size_t more) {
  Spillable::Queue& queue = Spillable::queue();
  if (queue.empty()) return;
  const PhaseScope phase(Phase::spillWrite);
  const std::size_t before = memoryAccount().held();
  // Each is asked once: what is offered again is not needed or cannot be spilled.
  for (std::size_t left = queue.size(); left > 0 && memoryAccount().isOverLimit(more) && !queue.empty(); --left) {
    Spillable& first = *queue.front();
    first.withdraw();
    try {
      first.spill(more);
    } catch (...) {
      first.offer();
      throw;
    }
  }
  freed(before - std::min(before, memoryAccount().held()));
}

bool mustSpill(std::size_t bytes, std::size_t more) {
  constexpr std::size_t little = std::size_t{1} << 20;
  more = memoryAccount().request(more);
  if (!memoryAccount().isOverLimit(more)) return false;
  makeRoom(more);
  if (more == MemoryAccount::everything) return bytes > 0;
  return memoryAccount().isOverLimit(more) && bytes >= std::min(little, memoryAccount().limit() / 8);
}

void requireFits(std::size_t bytes) {
  if (bytes <= groupLimit()) return;  // a group may be an element
  const std::size_t limit = memoryAccount().limit();
  throw MemoryError(
      fmt::format("an element of {:.1f} MB does not fit in the {:.1f} MB that a rank has for data: give each rank more "
                  "memory (fewer ranks per node, --seltzer-memory), or split the element",
                  static_cast<double>(bytes) / 1e6, static_cast<double>(limit) / 1e6));
}

}  // namespace seltzer::detail
