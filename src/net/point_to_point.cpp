#include <algorithm>
#include <cstring>

#include "net/communicator_state.hpp"
#include "net/mpi_check.hpp"

namespace seltzer::detail {

namespace {

/// The head, a message's first MPI message: its length, then its bytes if all of them fit.
constexpr std::size_t lengthSize = sizeof(std::uint64_t);
constexpr std::size_t longestHead = lengthSize + 1024;

bool fitsHead(const CommunicatorState& state, std::uint64_t length) {
  return length <= std::min(longestHead, state.messageLimit) - lengthSize;
}

Bytes makeHead(const CommunicatorState& state, ByteView message) {
  const std::uint64_t length = message.size();
  const bool whole = fitsHead(state, length);
  Bytes head(lengthSize + (whole ? message.size() : 0));
  std::memcpy(head.data(), &length, lengthSize);
  if (whole) std::copy(message.begin(), message.end(), head.begin() + lengthSize);
  return head;
}

/// Starts sending the head and all pieces of a long message at once: a receiver that is itself sending then needs
/// nothing more from this rank.
void start(CommunicatorState& state, Transfers& transfers, ByteView head, ByteView message, int to, MessageTag tag) {
  transfers.send(head, to, headTag(tag));
  if (!fitsHead(state, message.size())) transfers.send(message, to, bodyTag(tag));
  state.traffic.pointToPoint.addSent(message.size());
}

/// Receives the rest of the message whose head came from `source`.
Bytes finishReceive(CommunicatorState& state, ByteView head, int source, MessageTag tag) {
  std::uint64_t length = 0;
  std::memcpy(&length, head.data(), lengthSize);
  Bytes message;
  allocateForReceive(state, message, length, "receive");
  if (fitsHead(state, length)) {
    if (head.size() != lengthSize + length) throw CommunicatorError("receive: a message is not as long as it says");
    std::copy(head.begin() + lengthSize, head.end(), message.begin());
  } else {
    KeptOnError kept(message);
    Transfers transfers(state.comm, state.messageLimit);
    transfers.receive(message, source, bodyTag(tag));
    transfers.waitAll();
  }
  state.traffic.pointToPoint.addReceived(length);
  return message;
}

std::size_t headLength(const MPI_Status& status) {
  int length = 0;
  check(MPI_Get_count(&status, MPI_BYTE, &length), "MPI_Get_count");
  if (length < static_cast<int>(lengthSize)) throw CommunicatorError("receive: a message without its length");
  return static_cast<std::size_t>(length);
}

/// Receives the next message of `from`, or of any rank, if its head has arrived.
std::optional<std::pair<int, Bytes>> probeAndReceive(CommunicatorState& state, int from, MessageTag tag) {
  int found = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status{};
  check(MPI_Improbe(from, headTag(tag), state.comm, &found, &message, &status), "MPI_Improbe");
  if (found == 0) return std::nullopt;
  std::array<std::byte, longestHead> head;
  check(MPI_Mrecv(head.data(), static_cast<int>(head.size()), MPI_BYTE, &message, &status), "MPI_Mrecv");
  const int source = status.MPI_SOURCE;
  return std::pair(source, finishReceive(state, ByteView(head).first(headLength(status)), source, tag));
}

auto& arrivedOn(CommunicatorState& state, MessageTag tag) {
  return state.arrived[static_cast<std::size_t>(tag)];
}

/// The first of the messages that arrived while this rank waited for something else.
std::optional<std::pair<int, Bytes>> takeArrived(CommunicatorState& state, int from, MessageTag tag) {
  auto& arrived = arrivedOn(state, tag);
  const auto matches = [from](const auto& message) { return from == MPI_ANY_SOURCE || message.first == from; };
  const auto first = std::find_if(arrived.begin(), arrived.end(), matches);
  if (first == arrived.end()) return std::nullopt;
  auto message = std::move(*first);
  arrived.erase(first);
  return message;
}

/// Receives at most one message per tag, for later.
void keepArriving(CommunicatorState& state) {
  for (int i = 0; i < messageTagCount; ++i) {
    const auto tag = static_cast<MessageTag>(i);
    auto message = probeAndReceive(state, MPI_ANY_SOURCE, tag);
    if (message) arrivedOn(state, tag).push_back(*std::move(message));
  }
}

/// Waits for a message. From time to time receives others too, so that their senders can continue.
std::pair<int, Bytes> waitFor(CommunicatorState& state, int from, MessageTag tag) {
  constexpr int triesPerSweep = 64;
  for (int tries = 1;; ++tries) {
    if (auto message = takeArrived(state, from, tag)) return *std::move(message);
    if (auto message = probeAndReceive(state, from, tag)) return *std::move(message);
    if (tries < triesPerSweep) continue;
    tries = 0;
    keepArriving(state);
  }
}

}  // namespace

void Communicator::send(ByteView message, int to, MessageTag tag) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  Bytes head = makeHead(s, message);
  KeptOnError kept(head);
  Transfers transfers(s.comm, s.messageLimit);
  start(s, transfers, head, message, to, tag);
  while (!transfers.testAll()) keepArriving(s);
}

Bytes Communicator::receive(int from, MessageTag tag) {
  refuseForkedCopy();
  return waitFor(*state_, from, tag).second;
}

std::pair<int, Bytes> Communicator::receiveAny(MessageTag tag) {
  refuseForkedCopy();
  return waitFor(*state_, MPI_ANY_SOURCE, tag);
}

std::optional<std::pair<int, Bytes>> Communicator::tryReceive(MessageTag tag) {
  refuseForkedCopy();
  if (auto message = takeArrived(*state_, MPI_ANY_SOURCE, tag)) return message;
  return probeAndReceive(*state_, MPI_ANY_SOURCE, tag);
}

void Communicator::post(ByteView message, int to, MessageTag tag) {
  CommunicatorState& s = *state_;
  refuseForkedCopy();
  s.posted.remove_if([](OutgoingMessage& sent) { return sent.transfers.testAll(); });
  Bytes body;
  if (!fitsHead(s, message.size())) body.assign(message.begin(), message.end());
  s.posted.push_back({makeHead(s, message), std::move(body), Transfers(s.comm, s.messageLimit)});
  OutgoingMessage& posted = s.posted.back();
  const ByteView bytes = posted.body.empty() ? message : ByteView(posted.body);
  start(s, posted.transfers, posted.head, bytes, to, tag);
}

}  // namespace seltzer::detail
