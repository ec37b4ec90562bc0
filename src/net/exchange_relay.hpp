#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>

#include "net/communicator_state.hpp"

namespace seltzer::detail {

/// The first part of an exchange's round: every rank learns how many bytes each other rank has for it and the flags of
/// all ranks, and receives the blocks that are too short for messages of their own.
///
/// In step k = 0, 1, ... while 2^k < p, the number of ranks, each rank sends one message to the rank 2^k further on,
/// with the lengths and short blocks whose remaining distance has bit k set: its own and those received in earlier
/// steps. That is ceil(log2 p) messages per rank instead of p - 1; a short block is sent at most that often, half of it
/// on average. The flags of all ranks travel with them. After Bruck, Ho, Kipnis, Upfal and Weathersby, "Efficient
/// algorithms for all-to-all communications in multiport message-passing systems", IEEE Transactions on Parallel and
/// Distributed Systems 8(11), 1997.
class ExchangeRelay {
 public:
  /// A block up to this many bytes is relayed: where a message costs microseconds, copying the block through a few
  /// ranks is cheaper than a message of its own.
  static constexpr std::size_t longestBlock = 1024;

  /// The state of a rank; for all ranks: whether all are done, whether any failed.
  struct Flags {
    bool done = false;
    bool failed = false;
  };

  explicit ExchangeRelay(CommunicatorState& state);

  /// **Collective.** `out` holds this rank's blocks by destination. Returns the flags of all ranks. Until the next
  /// call, `length` and `copy` give access to the blocks for this rank. Throws `CommunicatorError`.
  Flags round(std::span<const Bytes> out, Flags mine);

  static bool relays(std::size_t length) { return length <= longestBlock; }

  /// The length of the block that `source`, another rank, has for this one.
  std::size_t length(int source) const { return lengths_[slotOf(source)]; }

  /// Copies that block to `into` if it was relayed; otherwise does nothing.
  void copy(int source, Bytes& into) const;

 private:
  std::size_t slotOf(int source) const;
  void load(std::span<const Bytes> out);
  Flags step(std::size_t distance, Flags known);
  void pack(std::size_t distance, Flags known);
  void receive(std::size_t distance, int from);
  Flags unpack(std::size_t distance, Flags known);

  CommunicatorState& state_;
  // Slot j: before the steps the block for rank + j, after them the block from rank - j. Slot 0 is empty.
  std::vector<std::uint64_t> lengths_;
  std::vector<Bytes> blocks_;
  Bytes outgoing_;
  Bytes incoming_;
};

}  // namespace seltzer::detail
