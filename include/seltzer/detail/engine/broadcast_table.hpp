#pragma once

#include <cstdint>
#include <memory>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

class Communicator;

/// The broadcast values of this rank: their bytes, shared by the ranks of a node, and this rank's decoded copies.
class BroadcastTable {
 public:
  BroadcastTable();
  ~BroadcastTable();

  /// **Collective.** `content` is rank 0's.
  void create(Communicator& communicator, std::uint32_t id, ByteView content);

  /// **Collective.**
  void destroy(std::uint32_t id);

  /// **Collective.** Destroys all, in the order of their ids.
  void clear();

  /// Throws std::logic_error for a value that was destroyed or is unknown.
  ByteView bytes(std::uint32_t id) const;

  /// This rank's decoded value, made by `decode(bytes)` at first use.
  template <class Value, class Decode>
  const Value& value(std::uint32_t id, Decode&& decode) {
    std::shared_ptr<const void>& decoded = decodedOf(id);
    if (!decoded) decoded = std::shared_ptr<const void>(new const Value(decode(bytes(id))));
    return *static_cast<const Value*>(decoded.get());
  }

  /// Drops this rank's decoded copy; the value is decoded again when used.
  void forgetDecoded(std::uint32_t id);

 private:
  struct Entry;
  struct State;

  Entry& at(std::uint32_t id) const;

  /// Null until it is decoded.
  std::shared_ptr<const void>& decodedOf(std::uint32_t id);

  UniquePointer<State> state_;
};

}  // namespace seltzer::detail
