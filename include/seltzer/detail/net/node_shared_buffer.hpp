#pragma once

#include <cstddef>
#include <memory>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// Whether the ranks of a node may share one copy.
enum class NodeSharing {
  IfPossible,  ///< share if the node's shared memory has room
  AsIfFull,    ///< behave as if it had none
};

/// A read-only region of bytes, one copy a node: rank 0's content travels once to one rank of each node and is written
/// into memory that the node's ranks share. Where shared memory cannot be had, each rank of that node has a copy of its
/// own, and the first such time the node's first rank says so on stderr, and how much was lacking.
class NodeSharedBuffer {
 public:
  /// **Collective.** `content` is rank 0's and ignored elsewhere. Counts as broadcast. The communicator must outlive
  /// it.
  NodeSharedBuffer(Communicator& communicator, ByteView content, NodeSharing sharing = NodeSharing::IfPossible);
  /// Without `free` before, a shared region stays until the program ends: a destructor cannot wait for other ranks.
  ~NodeSharedBuffer();
  NodeSharedBuffer(const NodeSharedBuffer&) = delete;
  NodeSharedBuffer& operator=(const NodeSharedBuffer&) = delete;

  /// The content, aligned to 64 bytes. Empty after `free`.
  ByteView bytes() const;
  /// True if other ranks of this node read the same memory.
  bool isShared() const;

  /// **Collective.** Gives the memory back. A second call does nothing.
  void free();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seltzer::detail
