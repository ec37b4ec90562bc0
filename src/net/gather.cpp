#include <algorithm>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

/// What is gathered first: the length of a rank's message, and the message itself if it is short.
struct Frame {
  static constexpr std::size_t capacity = 120;

  std::uint64_t length = 0;
  std::array<std::byte, capacity> bytes{};

  bool isWhole() const { return length <= capacity; }
};
static_assert(sizeof(Frame) == 128);

Frame frameOf(ByteView bytes) {
  Frame frame;
  frame.length = bytes.size();
  if (frame.isWhole()) std::copy(bytes.begin(), bytes.end(), frame.bytes.begin());
  return frame;
}

Bytes bytesOf(const Frame& frame) {
  return Bytes(frame.bytes.begin(), frame.bytes.begin() + frame.length);
}

/// Receives the messages too long for their frames, all at once.
void receiveLong(CommunicatorState& state, const std::vector<Frame>& frames, std::vector<Bytes>& messages) {
  Transfers transfers(state.comm, state.messageLimit);
  try {
    for (int source = 1; source < state.size; ++source) {
      const auto index = static_cast<std::size_t>(source);
      if (frames[index].isWhole()) continue;
      allocateForReceive(state, messages[index], frames[index].length, "gather");
      transfers.receive(messages[index], source, gatherTag);
    }
    transfers.waitAll();
  } catch (...) {
    for (Bytes& message : messages) keepForever(std::move(message));
    throw;
  }
}

/// The messages that fit their frames; the others stay empty.
std::vector<Bytes> unpack(const std::vector<Frame>& frames) {
  std::vector<Bytes> messages(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].isWhole()) messages[i] = bytesOf(frames[i]);
  }
  return messages;
}

void countReceived(CommunicatorState& state, const std::vector<Bytes>& messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i != static_cast<std::size_t>(state.rank)) state.traffic.gather.addReceived(messages[i].size());
  }
}

}  // namespace

std::vector<Bytes> Communicator::gather(ByteView mine) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size == 1) return {Bytes(mine.begin(), mine.end())};
  const Frame frame = frameOf(mine);
  std::vector<Frame> frames(s.rank == 0 ? static_cast<std::size_t>(s.size) : 0);
  const int length = static_cast<int>(sizeof frame);
  check(MPI_Gather(&frame, length, MPI_BYTE, frames.data(), length, MPI_BYTE, 0, s.comm), "MPI_Gather");
  if (s.rank != 0) {
    if (!frame.isWhole()) {
      Transfers transfers(s.comm, s.messageLimit);
      transfers.send(mine, 0, gatherTag);
      transfers.waitAll();
    }
    s.traffic.gather.addSent(mine.size());
    return {};
  }
  std::vector<Bytes> messages = unpack(frames);
  if (!frame.isWhole()) messages[0].assign(mine.begin(), mine.end());
  receiveLong(s, frames, messages);
  countReceived(s, messages);
  return messages;
}

std::vector<Bytes> Communicator::allGather(ByteView mine) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  if (s.size == 1) return {Bytes(mine.begin(), mine.end())};
  const Frame frame = frameOf(mine);
  std::vector<Frame> frames(static_cast<std::size_t>(s.size));
  const int length = static_cast<int>(sizeof frame);
  check(MPI_Allgather(&frame, length, MPI_BYTE, frames.data(), length, MPI_BYTE, s.comm), "MPI_Allgather");
  std::vector<Bytes> messages = unpack(frames);
  for (int root = 0; root < s.size; ++root) {
    const auto index = static_cast<std::size_t>(root);
    if (frames[index].isWhole()) continue;
    Bytes& message = messages[index];
    allocateForReceive(s, message, frames[index].length, "allGather");
    if (root == s.rank) std::copy(mine.begin(), mine.end(), message.begin());
    KeptOnError kept(message);
    broadcastPieces(message, root, s.comm, s.messageLimit);
  }
  s.traffic.gather.addSent(mine.size());
  countReceived(s, messages);
  return messages;
}

}  // namespace seltzer::detail
