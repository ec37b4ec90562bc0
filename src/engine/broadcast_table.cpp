#include <algorithm>
#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include <seltzer/detail/engine/broadcast_table.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "net/node_shared_buffer.hpp"

namespace seltzer::detail {

struct BroadcastTable::Entry {
  UniquePointer<NodeSharedBuffer> memory;
  std::shared_ptr<const void> decoded;
};

struct BroadcastTable::State {
  std::unordered_map<std::uint32_t, Entry> entries;
};

BroadcastTable::BroadcastTable() : state_(makeUnique<State>()) {}
BroadcastTable::~BroadcastTable() = default;

void BroadcastTable::create(Communicator& communicator, std::uint32_t id, ByteView content) {
  state_->entries[id].memory = makeUnique<NodeSharedBuffer>(communicator, content);
}

void BroadcastTable::destroy(std::uint32_t id) {
  at(id).memory->free();
  state_->entries.erase(id);
}

void BroadcastTable::clear() {
  std::vector<std::uint32_t> ids;
  for (const auto& [id, entry] : state_->entries) ids.push_back(id);
  std::ranges::sort(ids);
  for (const std::uint32_t id : ids) destroy(id);
}

ByteView BroadcastTable::bytes(std::uint32_t id) const {
  return at(id).memory->bytes();
}

std::shared_ptr<const void>& BroadcastTable::decodedOf(std::uint32_t id) {
  return at(id).decoded;
}

void BroadcastTable::forgetDecoded(std::uint32_t id) {
  at(id).decoded.reset();
}

BroadcastTable::Entry& BroadcastTable::at(std::uint32_t id) const {
  const auto found = state_->entries.find(id);
  if (found == state_->entries.end()) {
    throw std::logic_error(
        fmt::format("broadcast value {} is used after destroy(): keep it until the last job that uses it", id));
  }
  return found->second;
}

}  // namespace seltzer::detail
