#pragma once

#include <cstddef>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// Whether the ranks of a node may share one copy.
enum class NodeSharing {
  ifPossible,  ///< if there is room in the node's shared memory
  asIfFull,    ///< never, as if there were no room
};

/// A read-only buffer with one copy per node: rank 0 sends its content once to one rank of each node, which writes it
/// into memory shared by the node's ranks. If shared memory is not available, each rank of that node has a private
/// copy; the first time, the node's first rank reports on stderr how much was lacking.
class NodeSharedBuffer {
 public:
  /// **Collective.** `content` is used on rank 0 only. Counts as broadcast. The communicator must outlive the buffer.
  NodeSharedBuffer(Communicator& communicator, ByteView content, NodeSharing sharing = NodeSharing::ifPossible);
  /// Without a prior `free`, shared memory stays until the program ends, because a destructor cannot wait for other
  /// ranks.
  ~NodeSharedBuffer();
  NodeSharedBuffer(const NodeSharedBuffer&) = delete;
  NodeSharedBuffer& operator=(const NodeSharedBuffer&) = delete;

  /// The content, aligned to 64 bytes. Empty after `free`.
  ByteView bytes() const;
  /// Whether other ranks of this node read the same memory.
  bool isShared() const;

  /// **Collective.** Frees the memory. A second call does nothing.
  void free();

 private:
  struct State;
  UniquePointer<State> state_;
};

}  // namespace seltzer::detail
