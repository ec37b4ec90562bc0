#include <algorithm>
#include <cstdio>
#include <new>
#include <string>
#include <utility>

#include <sys/statvfs.h>
#include <unistd.h>

#include <seltzer/detail/net/node_shared_buffer.hpp>
#include <seltzer/errors.hpp>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

constexpr std::size_t alignment = 64;
constexpr const char* sharedMemoryPath = "/dev/shm";

struct AlignedDelete {
  void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{alignment}); }
};

std::byte* alignUp(void* address) {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return static_cast<std::byte*>(address) + (alignment - value % alignment) % alignment;
}

/// How many bytes the node's shared memory lacks for a window of `size`. Checked beforehand, since touching pages of a
/// full file system raises SIGBUS. If the file system does not exist, MPI keeps its windows elsewhere.
std::uint64_t lackingSharedMemory(std::uint64_t size, int ranks, NodeSharing sharing) {
  constexpr std::uint64_t bookkeeping = 64 << 10;
  constexpr std::uint64_t bookkeepingOfRank = 8 << 10;
  struct statvfs info;
  if (statvfs(sharedMemoryPath, &info) != 0) return 0;
  const std::uint64_t room = std::uint64_t{info.f_bavail} * info.f_frsize;
  const std::uint64_t needed = size + bookkeeping + bookkeepingOfRank * static_cast<std::uint64_t>(ranks);
  if (sharing == NodeSharing::asIfFull) return needed;
  return needed > room ? needed - room : 0;
}

/// Prints a warning on the calling rank, once per communicator.
void warnOnce(CommunicatorState& state, std::uint64_t size, const std::string& why) {
  if (std::exchange(state.node.warned, true)) return;
  const std::string line = "[rank " + std::to_string(state.rank) + ", " +
                           state.hosts[static_cast<std::size_t>(state.rank)] + "] warning: " + std::to_string(size) +
                           " bytes cannot be shared by the " + std::to_string(state.node.size) +
                           " ranks of this node, each keeps a copy: " + why + "\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

struct NodeSharedBuffer::State {
  explicit State(Communicator& owner) : communicator(owner) {}

  bool hasRoom(std::uint64_t bytes, NodeSharing sharing);
  bool allocateWindow(std::uint64_t bytes);
  void allocatePrivate(std::uint64_t bytes);
  void fill(ByteView content);
  void publish();

  Communicator& communicator;
  MPI_Win window = MPI_WIN_NULL;
  std::unique_ptr<std::byte[], AlignedDelete> own;
  std::byte* data = nullptr;
  std::size_t size = 0;
};

/// The node's first rank checks for room and tells the others. **Collective** over the node.
bool NodeSharedBuffer::State::hasRoom(std::uint64_t bytes, NodeSharing sharing) {
  CommunicatorState& s = communicator.state();
  std::uint64_t lacking = s.node.rank == 0 ? lackingSharedMemory(bytes, s.node.size, sharing) : 0;
  check(MPI_Bcast(&lacking, 1, MPI_UINT64_T, 0, s.node.ranks), "MPI_Bcast");
  if (lacking != 0 && s.node.rank == 0) {
    warnOnce(s, bytes, std::string(sharedMemoryPath) + " lacks " + std::to_string(lacking) + " bytes");
  }
  return lacking == 0;
}

/// Tries to allocate shared memory; the ranks of the node agree on the outcome. **Collective** over the node.
bool NodeSharedBuffer::State::allocateWindow(std::uint64_t bytes) {
  NodeGroup& node = communicator.state().node;
  void* base = nullptr;
  const MPI_Aint length = node.rank == 0 ? static_cast<MPI_Aint>(bytes + alignment) : 0;
  const int code = MPI_Win_allocate_shared(length, 1, MPI_INFO_NULL, node.ranks, &base, &window);
  int allocated = code == MPI_SUCCESS ? 1 : 0;
  check(MPI_Allreduce(MPI_IN_PLACE, &allocated, 1, MPI_INT, MPI_MIN, node.ranks), "MPI_Allreduce");
  if (allocated == 0) {
    window = MPI_WIN_NULL;
    if (node.rank == 0) warnOnce(communicator.state(), bytes, "MPI_Win_allocate_shared failed");
    return false;
  }
  check(MPI_Win_set_errhandler(window, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  MPI_Aint queried = 0;
  int unit = 0;
  check(MPI_Win_shared_query(window, 0, &queried, &unit, &base), "MPI_Win_shared_query");
  check(MPI_Win_lock_all(MPI_MODE_NOCHECK, window), "MPI_Win_lock_all");
  data = alignUp(base);
  return true;
}

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
  const bool copies = window == MPI_WIN_NULL;
  if (copies) broadcastPieces(bytes, 0, s.node.ranks, s.messageLimit);
  if (s.rank == 0) {
    s.traffic.broadcast.addSent(size);
  } else if (copies || s.node.rank == 0) {
    s.traffic.broadcast.addReceived(size);
  }
}

/// Makes what the node's first rank wrote visible to the whole node.
void NodeSharedBuffer::State::publish() {
  if (window == MPI_WIN_NULL) return;
  check(MPI_Win_sync(window), "MPI_Win_sync");
  check(MPI_Barrier(communicator.state().node.ranks), "MPI_Barrier");
  check(MPI_Win_sync(window), "MPI_Win_sync");
}

NodeSharedBuffer::NodeSharedBuffer(Communicator& communicator, ByteView content, NodeSharing sharing)
    : state_(std::make_unique<State>(communicator)) {
  CommunicatorState& s = communicator.state();
  // 1. All ranks learn the size.
  std::uint64_t size = content.size();
  if (s.size > 1) check(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, s.comm), "MPI_Bcast");
  state_->size = size;
  // 2. Each node agrees on whether to share.
  const NodeGroup& node = nodeGroup(s);
  const bool wanted = node.size > 1 && size > 0;
  if (!wanted || !state_->hasRoom(size, sharing) || !state_->allocateWindow(size)) state_->allocatePrivate(size);
  // 3. The bytes travel. 4. The node sees them.
  state_->fill(content);
  state_->publish();
}

NodeSharedBuffer::~NodeSharedBuffer() = default;

ByteView NodeSharedBuffer::bytes() const {
  return {state_->data, state_->size};
}

bool NodeSharedBuffer::isShared() const {
  return state_->window != MPI_WIN_NULL;
}

void NodeSharedBuffer::free() {
  if (state_->window != MPI_WIN_NULL) {
    check(MPI_Win_unlock_all(state_->window), "MPI_Win_unlock_all");
    check(MPI_Win_free(&state_->window), "MPI_Win_free");
    state_->window = MPI_WIN_NULL;
  }
  state_->own.reset();
  state_->data = nullptr;
  state_->size = 0;
}

}  // namespace seltzer::detail
