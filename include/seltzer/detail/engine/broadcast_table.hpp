#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/node_shared_buffer.hpp>

namespace seltzer::detail {

/// The broadcast values of this rank: their bytes, shared by the ranks of a node, and this rank's decoded copies.
class BroadcastTable {
 public:
  /// **Collective.** `content` is rank 0's.
  void create(Communicator& communicator, std::uint32_t id, ByteView content);

  /// **Collective.**
  void destroy(std::uint32_t id);

  /// **Collective.** Destroys all, in the order of their ids.
  void clear();

  /// Throws std::logic_error for a value that was destroyed or is unknown.
  ByteView bytes(std::uint32_t id) const { return at(id).memory->bytes(); }

  /// This rank's decoded value, made by `decode(bytes)` at first use.
  template <class Value, class Decode>
  const Value& value(std::uint32_t id, Decode&& decode) {
    Entry& entry = at(id);
    if (!entry.decoded) entry.decoded = std::make_shared<const Value>(decode(entry.memory->bytes()));
    return *static_cast<const Value*>(entry.decoded.get());
  }

  /// Drops this rank's decoded copy; the value is decoded again when used.
  void forgetDecoded(std::uint32_t id) { at(id).decoded.reset(); }

 private:
  struct Entry {
    std::unique_ptr<NodeSharedBuffer> memory;
    std::shared_ptr<const void> decoded;
  };
  Entry& at(std::uint32_t id);
  const Entry& at(std::uint32_t id) const { return const_cast<BroadcastTable*>(this)->at(id); }

  std::unordered_map<std::uint32_t, Entry> entries_;
};

}  // namespace seltzer::detail
