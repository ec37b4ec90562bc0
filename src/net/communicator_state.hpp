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

/// MPI tags on the private communicator. A `MessageTag` has two: one for heads, one for the pieces of long messages.
enum Tag : int { exchangeTag, exchangeRelayTag, gatherTag, reduceTag, firstMessageTag };

inline int headTag(MessageTag tag) {
  return firstMessageTag + 2 * static_cast<int>(tag);
}
inline int bodyTag(MessageTag tag) {
  return headTag(tag) + 1;
}

/// A posted message, kept until its sends complete.
struct OutgoingMessage {
  Bytes head;
  Bytes body;
  Transfers transfers;
};

/// The ranks of this node, and the first rank of each node.
struct NodeGroup {
  MPI_Comm ranks = MPI_COMM_NULL;    ///< this node's, in ascending order
  MPI_Comm leaders = MPI_COMM_NULL;  ///< each node's first rank, rank 0 first; null on the others
  int rank = 0;
  int size = 1;
  bool warned = false;  ///< about a lack of shared memory
};

/// The state of a communicator, shared by the files of this layer.
struct CommunicatorState {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  int size = 1;
  std::vector<std::string> hosts;
  std::size_t messageLimit = Communicator::defaultMessageLimit;
  std::string_view activity;  ///< what this rank is doing, for error messages
  Traffic traffic;

  /// The previous error handlers of the program's own communicators, restored at the end.
  std::array<std::pair<MPI_Comm, MPI_Errhandler>, 2> handlers{
      {{MPI_COMM_WORLD, MPI_ERRHANDLER_NULL}, {MPI_COMM_SELF, MPI_ERRHANDLER_NULL}}};

  MPI_Op mergeOp = MPI_OP_NULL;
  std::vector<std::pair<std::size_t, MPI_Datatype>> elementTypes;

  /// (source, message) pairs that arrived while this rank waited for something else, by tag.
  std::array<std::deque<std::pair<int, Bytes>>, messageTagCount> arrived;
  std::list<OutgoingMessage> posted;
  NodeGroup node;
};

/// Broadcasts in pieces from `root` of `comm`. Counts no traffic. **Collective.**
void broadcastPieces(std::span<std::byte> data, int root, MPI_Comm comm, std::size_t messageLimit);

/// Splits the communicator by node on the first call. **Collective.**
NodeGroup& nodeGroup(CommunicatorState& state);

/// `Communicator::abort`.
[[noreturn]] void abortAll(const CommunicatorState& state, int code, std::string_view what);

/// Makes `buffer` `size` bytes long, contents undefined. The other ranks already rely on this one to receive, so if
/// memory runs out this ends the program with `exitMemory` and a message that names `what`.
void allocateForReceive(const CommunicatorState& state, Bytes& buffer, std::size_t size, const char* what);

}  // namespace seltzer::detail
