#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include <seltzer/detail/net/communicator.hpp>

#include "net/datagram_socket.hpp"

namespace seltzer::detail {

/// Heartbeats between rank 0 and each other rank, by UDP datagrams beside MPI. May be used by two threads.
class HeartbeatChannel {
 public:
  /// Throws `std::system_error` if there is no socket.
  explicit HeartbeatChannel(int rank) : rank_(rank) {}

  /// **Collective.** Rank 0 broadcasts where it listens. A rank without a channel passes null.
  static void shareAddresses(Communicator& communicator, HeartbeatChannel* mine);

  /// To rank 0: to all of its addresses until one has answered, then to that one. Sends nothing on rank 0.
  void send(bool leaving);

  /// Takes all heartbeats that have arrived. Calls `accept(rank, leaving)` for those of this job; rank 0 answers those
  /// for which it returns true, unless they leave.
  void receiveAll(const std::function<bool(int rank, bool leaving)>& accept);

  /// Waits until rank 0 has answered, no longer than `limit`.
  void awaitAnswer(std::chrono::milliseconds limit);

  int descriptor() const { return socket_.descriptor(); }

 private:
  struct Rendezvous;
  Rendezvous rendezvous();
  void meet(const Rendezvous& rendezvous);
  bool isOurs(std::uint64_t job);
  void noteAnswer(const sockaddr_in& from);

  const int rank_;
  DatagramSocket socket_;
  std::mutex mutex_;  // guards what follows
  std::uint64_t job_ = 0;
  std::vector<sockaddr_in> targets_;
  std::condition_variable answer_;
  bool answered_ = false;
};

}  // namespace seltzer::detail
