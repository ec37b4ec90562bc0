#include <algorithm>
#include <cstddef>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

/// The first MPI message of `broadcastMessage`, cut at the message limit: the same size on all ranks for every message.
struct Frame {
  std::uint64_t length = 0;
  std::array<std::byte, Communicator::inlineBroadcastLimit> bytes{};
};
static_assert(sizeof(Frame) == 256 && Communicator::smallestMessageLimit > offsetof(Frame, bytes));

void countBroadcast(CommunicatorState& state, int root, std::size_t bytes) {
  if (state.rank == root) {
    state.traffic.broadcast.addSent(bytes);
  } else {
    state.traffic.broadcast.addReceived(bytes);
  }
}

}  // namespace

void broadcastPieces(std::span<std::byte> data, int root, MPI_Comm comm, std::size_t messageLimit) {
  while (!data.empty()) {
    const std::size_t piece = pieceLength(data.size(), messageLimit);
    check(MPI_Bcast(data.data(), static_cast<int>(piece), MPI_BYTE, root, comm), "MPI_Bcast");
    data = data.subspan(piece);
  }
}

void Communicator::broadcast(std::span<std::byte> data, int root) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size > 1) broadcastPieces(data, root, s.comm, s.messageLimit);
  countBroadcast(s, root, data.size());
}

void Communicator::broadcastMessage(Bytes& message) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size > 1) {
    Frame frame;
    const std::size_t sent = std::min(sizeof frame, s.messageLimit);
    const std::size_t room = sent - offsetof(Frame, bytes);
    if (s.rank == 0) {
      frame.length = message.size();
      if (message.size() <= room) std::copy(message.begin(), message.end(), frame.bytes.begin());
    }
    check(MPI_Bcast(&frame, static_cast<int>(sent), MPI_BYTE, 0, s.comm), "MPI_Bcast");
    if (s.rank != 0) allocateForReceive(s, message, frame.length, "broadcast");
    if (frame.length > room) {
      KeptOnError kept(message);
      broadcastPieces(message, 0, s.comm, s.messageLimit);
    } else if (s.rank != 0) {
      std::copy_n(frame.bytes.begin(), frame.length, message.begin());
    }
  }
  countBroadcast(s, 0, message.size());
}

}  // namespace seltzer::detail
