#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include <seltzer/detail/engine/broadcast_table.hpp>

namespace seltzer::detail {

void BroadcastTable::create(Communicator& communicator, std::uint32_t id, ByteView content) {
  entries_[id].memory = std::make_unique<NodeSharedBuffer>(communicator, content);
}

void BroadcastTable::destroy(std::uint32_t id) {
  at(id).memory->free();
  entries_.erase(id);
}

void BroadcastTable::clear() {
  std::vector<std::uint32_t> ids;
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  std::ranges::sort(ids);
  for (const std::uint32_t id : ids) destroy(id);
}

BroadcastTable::Entry& BroadcastTable::at(std::uint32_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) {
    throw std::logic_error(
        fmt::format("broadcast value {} is used after destroy(): keep it until the last job that uses it", id));
  }
  return found->second;
}

}  // namespace seltzer::detail
