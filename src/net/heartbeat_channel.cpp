#include "net/heartbeat_channel.hpp"

#include <array>
#include <cstddef>
#include <random>
#include <span>

namespace seltzer::detail {
namespace {

/// The only kind of datagram, from a rank to rank 0 and back.
struct Heartbeat {
  std::uint64_t job = 0;  ///< a random number that tells this job's datagrams from others'
  std::int32_t rank = 0;  ///< the sender
  std::int32_t leaving = 0;
};

}  // namespace

/// Where rank 0 listens.
struct HeartbeatChannel::Rendezvous {
  static constexpr std::size_t mostAddresses = 16;

  std::uint64_t job = 0;
  std::uint32_t port = 0;  ///< 0: rank 0 has no socket
  std::uint32_t addressCount = 0;
  std::array<in_addr_t, mostAddresses> addresses{};
};

void HeartbeatChannel::shareAddresses(Communicator& communicator, HeartbeatChannel* mine) {
  Rendezvous shared;
  if (mine != nullptr && communicator.rank() == 0) shared = mine->rendezvous();
  communicator.broadcast(std::as_writable_bytes(std::span(&shared, 1)));
  if (mine != nullptr && communicator.rank() != 0) mine->meet(shared);
}

HeartbeatChannel::Rendezvous HeartbeatChannel::rendezvous() {
  Rendezvous here;
  std::random_device random;
  here.job = (std::uint64_t{random()} << 32) | random();
  here.port = socket_.port();
  for (const in_addr_t address : DatagramSocket::addresses()) {
    if (here.addressCount == Rendezvous::mostAddresses) break;
    here.addresses[here.addressCount++] = address;
  }
  const std::lock_guard lock(mutex_);
  job_ = here.job;
  return here;
}

void HeartbeatChannel::meet(const Rendezvous& rendezvous) {
  const std::lock_guard lock(mutex_);
  job_ = rendezvous.job;
  for (std::uint32_t i = 0; i < rendezvous.addressCount; ++i) {
    sockaddr_in& target = targets_.emplace_back();
    target.sin_family = AF_INET;
    target.sin_port = htons(static_cast<std::uint16_t>(rendezvous.port));
    target.sin_addr.s_addr = rendezvous.addresses[i];
  }
}

void HeartbeatChannel::send(bool leaving) {
  const std::lock_guard lock(mutex_);
  const Heartbeat heartbeat{job_, rank_, leaving ? 1 : 0};
  for (const sockaddr_in& target : targets_) socket_.send(std::as_bytes(std::span(&heartbeat, 1)), target);
}

void HeartbeatChannel::receiveAll(const std::function<bool(int rank, bool leaving)>& accept) {
  Heartbeat heartbeat;
  while (const auto received = socket_.receive(std::as_writable_bytes(std::span(&heartbeat, 1)))) {
    const auto& [length, from] = *received;
    if (length != sizeof heartbeat || !isOurs(heartbeat.job)) continue;
    const bool leaving = heartbeat.leaving != 0;
    if (!accept(heartbeat.rank, leaving)) continue;
    if (rank_ != 0) {
      noteAnswer(from);
    } else if (!leaving) {
      const Heartbeat answer{heartbeat.job, 0, 0};
      socket_.send(std::as_bytes(std::span(&answer, 1)), from);
    }
  }
}

bool HeartbeatChannel::isOurs(std::uint64_t job) {
  const std::lock_guard lock(mutex_);
  return job_ != 0 && job == job_;
}

void HeartbeatChannel::noteAnswer(const sockaddr_in& from) {
  {
    const std::lock_guard lock(mutex_);
    targets_.assign(1, from);
    answered_ = true;
  }
  answer_.notify_one();
}

void HeartbeatChannel::awaitAnswer(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  answer_.wait_for(lock, limit, [this] { return answered_; });
}

}  // namespace seltzer::detail
