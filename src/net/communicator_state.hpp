#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mpi.h>

#include <seltzer/detail/metrics/traffic.hpp>
#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/message_tag.hpp>

#include "net/forked_copy.hpp"
#include "net/transfers.hpp"

namespace seltzer::detail {

/// Tags of the private communicator. A tag has two: its messages' heads, and the pieces of long ones.
enum Tag : int { exchangeTag, exchangeRelayTag, gatherTag, reduceTag, firstChannelTag };

inline int headTag(MessageTag tag) {
  return firstChannelTag + 2 * static_cast<int>(tag);
}
inline int bodyTag(MessageTag tag) {
  return headTag(tag) + 1;
}

/// A posted message: its bytes stay until it has left.
struct OutgoingMessage {
  Bytes head;
  Bytes body;
  Transfers transfers;
};

/// The ranks that share this one's memory, and the first rank of each node.
struct NodeGroup {
  MPI_Comm ranks = MPI_COMM_NULL;    ///< this node's, the lowest first
  MPI_Comm leaders = MPI_COMM_NULL;  ///< each node's first rank, rank 0 first; null on the others
  int rank = 0;
  int size = 1;
  bool warned = false;  ///< that shared memory is lacking
};

/// What a communicator consists of, for the files of this layer.
struct CommunicatorState {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  int size = 1;
  std::vector<std::string> hosts;
  std::size_t messageLimit = Communicator::defaultMessageLimit;
  std::string_view activity;  ///< what this rank is doing, for error messages
  Traffic traffic;

  /// What the program's own communicators did on errors before, for a program that uses MPI after the end.
  std::array<std::pair<MPI_Comm, MPI_Errhandler>, 2> handlers{
      {{MPI_COMM_WORLD, MPI_ERRHANDLER_NULL}, {MPI_COMM_SELF, MPI_ERRHANDLER_NULL}}};

  MPI_Op mergeOp = MPI_OP_NULL;
  std::vector<std::pair<std::size_t, MPI_Datatype>> elementTypes;

  /// (source, message) that arrived while this rank waited for something else, by tag.
  std::array<std::deque<std::pair<int, Bytes>>, messageTagCount> arrived;
  std::list<OutgoingMessage> posted;
  NodeGroup node;
};

/// Broadcasts in pieces from `root` of `comm`. Counts no traffic. **Collective.**
void broadcastPieces(std::span<std::byte> data, int root, MPI_Comm comm, std::size_t messageLimit);

/// Splits the communicator by nodes at the first call. **Collective.**
NodeGroup& nodeGroup(CommunicatorState& state);

/// Says that this process, a copy that `fork` made of a rank, has no business here, and ends it.
[[noreturn]] void endForkedCopy(const CommunicatorState& state);

/// What a copy says would be taken for the rank's word.
inline void refuseForkedCopy(const CommunicatorState& state) {
  if (isForkedCopy()) [[unlikely]] {
    endForkedCopy(state);
  }
}

/// `Communicator::abort`.
[[noreturn]] void abortAll(const CommunicatorState& state, int code, std::string_view what);

/// Makes `buffer` `size` bytes long, contents undefined. The other ranks already count on this one to receive, so when
/// memory is lacking it ends the program, saying `what` was to be received, with `exitMemory`.
void allocateForReceive(const CommunicatorState& state, Bytes& buffer, std::size_t size, const char* what);

}  // namespace seltzer::detail
