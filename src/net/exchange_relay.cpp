#include "net/exchange_relay.hpp"

#include <cstring>

#include <seltzer/detail/net/communicator_error.hpp>

#include "net/mpi_check.hpp"
#include "net/transfers.hpp"

namespace seltzer::detail {

namespace {

/// The start of a message; the lengths of the blocks follow, then the short blocks.
struct Head {
  std::uint64_t bytes = 0;   ///< of the whole message
  std::uint32_t done = 0;    ///< 1: all ranks that the sender has heard from are done
  std::uint32_t failed = 0;  ///< 1: any of them failed
};
static_assert(sizeof(Head) <= Communicator::smallestMessageLimit);

/// Calls `visit` with each slot that has the bit `distance`, in ascending order.
template <class Visit>
void eachSlot(std::size_t ranks, std::size_t distance, Visit visit) {
  for (std::size_t slot = distance; slot < ranks; ++slot) {
    if ((slot & distance) != 0) visit(slot);
  }
}

}  // namespace

ExchangeRelay::ExchangeRelay(CommunicatorState& state)
    : state_(state), lengths_(static_cast<std::size_t>(state.size)), blocks_(static_cast<std::size_t>(state.size)) {}

std::size_t ExchangeRelay::slotOf(int source) const {
  return static_cast<std::size_t>((state_.rank + state_.size - source) % state_.size);
}

void ExchangeRelay::copy(int source, Bytes& into) const {
  const std::size_t slot = slotOf(source);
  if (relays(lengths_[slot])) into.assign(blocks_[slot].begin(), blocks_[slot].end());
}

ExchangeRelay::Flags ExchangeRelay::round(std::span<const Bytes> out, Flags mine) {
  load(out);
  Flags known = mine;
  for (std::size_t distance = 1; distance < lengths_.size(); distance *= 2) known = step(distance, known);
  return known;
}

void ExchangeRelay::load(std::span<const Bytes> out) {
  for (std::size_t slot = 1; slot < lengths_.size(); ++slot) {
    const Bytes& block = out[(static_cast<std::size_t>(state_.rank) + slot) % lengths_.size()];
    lengths_[slot] = block.size();
    if (relays(block.size())) {
      blocks_[slot].assign(block.begin(), block.end());
    } else {
      blocks_[slot].clear();
    }
  }
}

ExchangeRelay::Flags ExchangeRelay::step(std::size_t distance, Flags known) {
  const auto ranks = static_cast<std::size_t>(state_.size);
  const auto rank = static_cast<std::size_t>(state_.rank);
  pack(distance, known);
  const KeptOnError keptOutgoing(outgoing_);
  const KeptOnError keptIncoming(incoming_);
  Transfers sending(state_.comm, state_.messageLimit);
  sending.send(outgoing_, static_cast<int>((rank + distance) % ranks), exchangeRelayTag);
  state_.traffic.relay.addSent(outgoing_.size());
  receive(distance, static_cast<int>((rank + ranks - distance) % ranks));
  state_.traffic.relay.addReceived(incoming_.size());
  sending.waitAll();
  return unpack(distance, known);
}

void ExchangeRelay::pack(std::size_t distance, Flags known) {
  outgoing_.resize(sizeof(Head));
  const auto add = [this](const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    outgoing_.insert(outgoing_.end(), bytes, bytes + size);
  };
  eachSlot(lengths_.size(), distance, [&](std::size_t slot) { add(&lengths_[slot], sizeof(std::uint64_t)); });
  eachSlot(lengths_.size(), distance, [&](std::size_t slot) { add(blocks_[slot].data(), blocks_[slot].size()); });
  const Head head{outgoing_.size(), known.done ? 1U : 0U, known.failed ? 1U : 0U};
  std::memcpy(outgoing_.data(), &head, sizeof head);
}

/// The first piece carries the length of the message.
void ExchangeRelay::receive(std::size_t distance, int from) {
  std::size_t most = sizeof(Head);
  eachSlot(lengths_.size(), distance, [&](std::size_t) { most += sizeof(std::uint64_t) + longestBlock; });
  allocateForReceive(state_, incoming_, most, "exchange");
  MPI_Status status{};
  check(MPI_Recv(incoming_.data(), static_cast<int>(pieceLength(most, state_.messageLimit)), MPI_BYTE, from,
                 exchangeRelayTag, state_.comm, &status),
        "MPI_Recv");
  int first = 0;
  check(MPI_Get_count(&status, MPI_BYTE, &first), "MPI_Get_count");
  Head head;
  std::memcpy(&head, incoming_.data(), sizeof head);
  const auto received = static_cast<std::size_t>(first);
  if (received < sizeof head || head.bytes < received || head.bytes > most) {
    throw CommunicatorError("exchange: a message is not as long as it says");
  }
  incoming_.resize(head.bytes);
  Transfers rest(state_.comm, state_.messageLimit);
  rest.receive(std::span(incoming_).subspan(received), from, exchangeRelayTag);
  rest.waitAll();
}

ExchangeRelay::Flags ExchangeRelay::unpack(std::size_t distance, Flags known) {
  Head head;
  std::memcpy(&head, incoming_.data(), sizeof head);
  const std::byte* next = incoming_.data() + sizeof head;
  eachSlot(lengths_.size(), distance, [&](std::size_t slot) {
    std::memcpy(&lengths_[slot], next, sizeof(std::uint64_t));
    next += sizeof(std::uint64_t);
  });
  eachSlot(lengths_.size(), distance, [&](std::size_t slot) {
    const std::size_t size = relays(lengths_[slot]) ? lengths_[slot] : 0;
    blocks_[slot].assign(next, next + size);
    next += size;
  });
  return {known.done && head.done != 0, known.failed || head.failed != 0};
}

}  // namespace seltzer::detail
