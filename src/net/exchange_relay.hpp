#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>

#include "net/communicator_state.hpp"

namespace seltzer::detail {

/// How a round of an exchange begins: every rank learns how many bytes each other has for it and what all ranks say of
/// their state, and gets the blocks that are too short for messages of their own.
///
/// Steps k = 0, 1, ... while 2^k is below the number of ranks p: each rank sends one message, to the rank 2^k further,
/// with the lengths and short blocks whose remaining way has bit k set, its own and those that it was given before.
/// ceil(log2 p) messages a rank instead of p - 1; a short block is sent at most that often, half of it on average. The
/// flags of all ranks arrive on the same way. After Bruck, Ho, Kipnis, Upfal and Weathersby, "Efficient algorithms for
/// all-to-all communications in multiport message-passing systems", IEEE Transactions on Parallel and Distributed
/// Systems 8(11), 1997.
class ExchangeRelay {
 public:
  /// A block up to this size, in bytes, is passed on by others: where a message costs some microseconds, copying it
  /// through a few ranks is cheaper than a message for it alone.
  static constexpr std::size_t longestBlock = 1024;

  /// What a rank says of its state; of all ranks: whether all are done, whether any failed.
  struct Flags {
    bool done = false;
    bool failed = false;
  };

  explicit ExchangeRelay(CommunicatorState& state);

  /// **Collective.** `out` holds this rank's blocks by destination. Gives the flags of all ranks. Until the next call,
  /// `length` and `take` tell of the blocks for this rank. Throws `CommunicatorError`.
  Flags round(std::span<const Bytes> out, Flags mine);

  static bool relays(std::size_t length) { return length <= longestBlock; }

  /// Of the block that `source`, another rank, has for this one.
  std::size_t length(int source) const { return lengths_[slotOf(source)]; }

  /// Copies that block into `into`, if it was relayed; otherwise nothing happens.
  void copy(int source, Bytes& into) const;

 private:
  std::size_t slotOf(int source) const;
  void load(std::span<const Bytes> out);
  Flags step(std::size_t distance, Flags known);
  void pack(std::size_t distance, Flags known);
  void receive(std::size_t distance, int from);
  Flags unpack(std::size_t distance, Flags known);

  CommunicatorState& state_;
  // Slot j: before the steps the block for the rank j further, after them the block of the rank j back. Slot 0 is
  // empty.
  std::vector<std::uint64_t> lengths_;
  std::vector<Bytes> blocks_;
  Bytes outgoing_;
  Bytes incoming_;
};

}  // namespace seltzer::detail
