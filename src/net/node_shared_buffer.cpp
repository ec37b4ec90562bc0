#include "net/node_shared_buffer.hpp"

#include <algorithm>
#include <cstdio>
#include <new>

#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/errors.hpp>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"
#include "net/node_window.hpp"

namespace seltzer::detail {

namespace {

constexpr std::size_t alignment = NodeWindow::alignment;

struct AlignedDelete {
  void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{alignment}); }
};

}  // namespace

struct NodeSharedBuffer::State {
  explicit State(Communicator& owner) : communicator(owner) {}

  void allocatePrivate(std::uint64_t bytes);
  void fill(ByteView content);

  Communicator& communicator;
  NodeWindow window;
  std::unique_ptr<std::byte[], AlignedDelete> own;
  std::byte* data = nullptr;
  std::size_t size = 0;
};

void NodeSharedBuffer::State::allocatePrivate(std::uint64_t bytes) {
  const std::size_t padded = (bytes + alignment - 1) / alignment * alignment;
  auto* memory = static_cast<std::byte*>(::operator new[](padded, std::align_val_t{alignment}, std::nothrow));
  if (memory == nullptr) {
    char text[96];
    std::snprintf(text, sizeof text, "broadcast: no memory for %zu bytes", padded);
    communicator.abort(exitMemory, text);
  }
  own.reset(memory);
  data = memory;
}

/// Sends rank 0's bytes to each node's first rank, and from there to the others if the node does not share.
void NodeSharedBuffer::State::fill(ByteView content) {
  CommunicatorState& s = communicator.state();
  const std::span<std::byte> bytes(data, size);
  if (s.rank == 0) std::copy(content.begin(), content.end(), data);
  if (s.node.leaders != MPI_COMM_NULL) broadcastPieces(bytes, 0, s.node.leaders, s.messageLimit);
  const bool copies = !window.isAllocated();
  if (copies) broadcastPieces(bytes, 0, s.node.ranks, s.messageLimit);
  if (s.rank == 0) {
    s.traffic.broadcast.addSent(size);
  } else if (copies || s.node.rank == 0) {
    s.traffic.broadcast.addReceived(size);
  }
}

NodeSharedBuffer::NodeSharedBuffer(Communicator& communicator, ByteView content, NodeSharing sharing)
    : state_(makeUnique<State>(communicator)) {
  CommunicatorState& s = communicator.state();
  // 1. All ranks learn the size.
  std::uint64_t size = content.size();
  if (s.size > 1) check(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, s.comm), "MPI_Bcast");
  state_->size = size;
  // 2. Each node agrees on whether to share.
  const NodeGroup& node = nodeGroup(s);
  const bool wanted = node.size > 1 && size > 0;
  if (wanted && state_->window.allocate(s, size, sharing, "each keeps a copy")) {
    state_->data = state_->window.data();
  } else {
    state_->allocatePrivate(size);
  }
  // 3. The bytes travel. 4. The node sees them.
  state_->fill(content);
  state_->window.publish(s);
}

NodeSharedBuffer::~NodeSharedBuffer() = default;

ByteView NodeSharedBuffer::bytes() const {
  return {state_->data, state_->size};
}

bool NodeSharedBuffer::isShared() const {
  return state_->window.isAllocated();
}

void NodeSharedBuffer::free() {
  state_->window.free();
  state_->own.reset();
  state_->data = nullptr;
  state_->size = 0;
}

}  // namespace seltzer::detail
