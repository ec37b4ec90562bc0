#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mpi.h>

#include "net/communicator_state.hpp"
#include "net/node_shared_buffer.hpp"

namespace seltzer::detail {

/// Memory that the ranks of a node share, if the node has room for it.
class NodeWindow {
 public:
  NodeWindow() = default;
  NodeWindow(const NodeWindow&) = delete;
  NodeWindow& operator=(const NodeWindow&) = delete;

  static constexpr std::size_t alignment = 64;

  /// Allocates `bytes`, which must be the same on the whole node. False on all its ranks if that fails on one; then the
  /// first time for this communicator the node's first rank warns on stderr, with the `consequence`. **Collective**
  /// over the node.
  bool allocate(CommunicatorState& state, std::uint64_t bytes, NodeSharing sharing, std::string_view consequence);

  /// Makes what ranks have written visible to the whole node. **Collective** over the node.
  void publish(const CommunicatorState& state);

  /// **Collective** over the node. Does nothing if there is no memory.
  void free();

  bool isAllocated() const { return window_ != MPI_WIN_NULL; }
  std::byte* data() const { return data_; }

 private:
  MPI_Win window_ = MPI_WIN_NULL;
  std::byte* data_ = nullptr;
};

}  // namespace seltzer::detail
