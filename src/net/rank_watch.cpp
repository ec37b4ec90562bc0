#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <seltzer/net/exit_code.hpp>
#include <seltzer/net/rank_watch.hpp>

#include "datagram_socket.hpp"

namespace seltzer::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// The only datagram there is, from a rank to rank 0 and back.
struct Heartbeat {
  std::uint64_t job = 0;  ///< a random number, so that other programs' datagrams do not count
  std::int32_t rank = 0;  ///< the sender
  std::int32_t leaving = 0;
};

/// Where rank 0 listens.
struct Meeting {
  static constexpr std::size_t mostAddresses = 16;

  std::uint64_t job = 0;
  std::uint32_t port = 0;  ///< 0: rank 0 has no socket
  std::uint32_t addressCount = 0;
  std::array<in_addr_t, mostAddresses> addresses{};
};

/// How much longer the ranks behind rank 1 wait for rank 0.
constexpr std::chrono::seconds turn{3};

/// How long the start waits for rank 0's first answer.
constexpr std::chrono::milliseconds longestGreeting{200};

Clock::duration beatInterval(std::chrono::seconds limit) {
  using namespace std::chrono_literals;
  return std::clamp<Clock::duration>(Clock::duration(limit) / 5, 100ms, 5s);
}

/// MPI_Abort needs the others' help; if that does not come, the process ends all the same.
void endWithin(unsigned seconds) {
  std::signal(SIGALRM, [](int) { ::_exit(exitRankLost); });
  ::alarm(seconds);
}

}  // namespace

class RankWatch::Watcher {
 public:
  Watcher(Communicator& communicator, std::chrono::seconds limit)
      : communicator_(communicator), limit_(limit), interval_(beatInterval(limit)), heard_(peersOf(communicator)) {
    meet();
    start();
    greet();
  }

  ~Watcher() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    thread_.join();
    ::close(stop_);
  }

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void setActivity(std::string_view activity) {
    const std::lock_guard lock(activityMutex_);
    activityLength_ = std::min(activity.size(), activity_.size());
    std::copy_n(activity.begin(), activityLength_, activity_.begin());
  }

 private:
  /// What is known of another rank.
  struct Peer {
    int rank = 0;
    bool heard = false;  ///< at least once
    bool left = false;
    Clock::time_point last = Clock::now();
  };

  /// Rank 0 watches all others, these watch rank 0.
  static std::vector<Peer> peersOf(const Communicator& communicator) {
    std::vector<Peer> peers;
    if (communicator.rank() != 0) return {Peer{}};
    for (int rank = 1; rank < communicator.size(); ++rank) peers.push_back({rank});
    return peers;
  }

  /// **Collective.** Rank 0 says where it listens.
  void meet() {
    try {
      socket_ = std::make_unique<DatagramSocket>();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "seltzer: [rank %d, %s] no heartbeats, a rank that stops will not be noticed: %s\n",
                   communicator_.rank(), communicator_.host().c_str(), error.what());
    }
    if (communicator_.rank() == 0 && socket_) {
      std::random_device random;
      meeting_.job = (std::uint64_t{random()} << 32) | random();
      meeting_.port = socket_->port();
      for (const in_addr_t address : DatagramSocket::addresses()) {
        if (meeting_.addressCount < Meeting::mostAddresses) meeting_.addresses[meeting_.addressCount++] = address;
      }
    }
    communicator_.broadcast(std::as_writable_bytes(std::span(&meeting_, 1)));
    for (std::uint32_t i = 0; i < meeting_.addressCount; ++i) {
      sockaddr_in& target = targets_.emplace_back();
      target.sin_family = AF_INET;
      target.sin_port = htons(static_cast<std::uint16_t>(meeting_.port));
      target.sin_addr.s_addr = meeting_.addresses[i];
    }
  }

  /// A rank may be stopped at once: after this, rank 0 knows it and it knows rank 0, unless datagrams do not get
  /// through.
  void greet() {
    beat(false);
    const Clock::time_point end = Clock::now() + longestGreeting;
    while (!heard_.front().heard && Clock::now() < end) {
      pollfd ready{socket_->descriptor(), POLLIN, 0};
      ::poll(&ready, 1, static_cast<int>(longestGreeting.count()));
      receiveAll();
    }
  }

  /// Signals are the other threads': the new one inherits a mask that blocks all.
  void start() {
    if (!socket_ || meeting_.port == 0) return;
    if (communicator_.rank() != 0) greet();
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    if (stop_ < 0) return;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void run() {
    const Clock::time_point begin = Clock::now();
    Clock::time_point lastLook = begin;
    for (bool stop = false; !stop;) {
      if (communicator_.rank() != 0) beat(false);
      stop = listenUntil(lastLook + interval_);
      const Clock::time_point now = Clock::now();
      if (now - lastLook > interval_ + limit_ / 2) forgiveAll(now);
      lastLook = now;
      if (stop) break;
      reportSilence(now);
      if (now - begin > limit_) warnOfUnheard();
    }
    if (communicator_.rank() != 0) beat(true);
  }

  /// To all of rank 0's addresses, until one of them has answered.
  void beat(bool leaving) const {
    const Heartbeat heartbeat{meeting_.job, communicator_.rank(), leaving ? 1 : 0};
    for (const sockaddr_in& target : targets_) socket_->send(std::as_bytes(std::span(&heartbeat, 1)), target);
  }

  /// True if the watch is to end.
  bool listenUntil(Clock::time_point end) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) return false;
      std::array<pollfd, 2> ready{pollfd{stop_, POLLIN, 0}, pollfd{socket_->descriptor(), POLLIN, 0}};
      ::poll(ready.data(), ready.size(), static_cast<int>(left));
      if (ready[0].revents != 0) return true;
      if (ready[1].revents != 0) receiveAll();
    }
  }

  void receiveAll() {
    Heartbeat heartbeat;
    while (const auto received = socket_->receive(std::as_writable_bytes(std::span(&heartbeat, 1)))) {
      const auto& [length, from] = *received;
      if (length != sizeof heartbeat || heartbeat.job != meeting_.job) continue;
      const int first = heard_.front().rank;
      if (heartbeat.rank < first || heartbeat.rank - first >= static_cast<int>(heard_.size())) continue;
      Peer& peer = heard_[static_cast<std::size_t>(heartbeat.rank - first)];
      peer.heard = true;
      peer.left = heartbeat.leaving != 0;
      peer.last = Clock::now();
      if (communicator_.rank() != 0) {
        targets_.assign(1, from);
      } else if (!peer.left) {
        const Heartbeat answer{meeting_.job, 0, 0};
        socket_->send(std::as_bytes(std::span(&answer, 1)), from);
      }
    }
  }

  /// This process was stopped, or its machine: what the others sent may be lost.
  void forgiveAll(Clock::time_point now) {
    for (Peer& peer : heard_) peer.last = now;
  }

  void reportSilence(Clock::time_point now) {
    // Many ranks miss rank 0 at once; rank 1 speaks, unless it is silent too.
    const Clock::duration limit = communicator_.rank() > 1 ? limit_ + turn : limit_;
    for (const Peer& peer : heard_) {
      if (!peer.heard || peer.left || now - peer.last <= limit) continue;
      std::string activity;
      {
        const std::lock_guard lock(activityMutex_);
        activity.assign(activity_.data(), activityLength_);
      }
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - peer.last).count();
      endWithin(10);
      communicator_.abort(exitRankLost, (activity.empty() ? "" : activity + ": ") + "rank " +
                                            std::to_string(peer.rank) + " on " + communicator_.hostOf(peer.rank) +
                                            " has been silent for " + std::to_string(seconds) +
                                            " s: it was stopped, or its host or link is down; the limit is " +
                                            "--seltzer-rank-timeout " +
                                            std::to_string(std::chrono::ceil<std::chrono::seconds>(limit_).count()));
    }
  }

  void warnOfUnheard() {
    if (std::exchange(warned_, true) || communicator_.rank() != 0) return;
    const auto unheard = std::ranges::count(heard_, false, &Peer::heard);
    if (unheard == 0) return;
    const auto first = std::ranges::find(heard_, false, &Peer::heard);
    std::fprintf(stderr,
                 "seltzer: no heartbeat came from %td of %zu ranks (rank %d on %s is the first): nothing will notice "
                 "if these stop; does the network let UDP datagrams through? (--seltzer-rank-timeout 0: no watch)\n",
                 unheard, heard_.size(), first->rank, communicator_.hostOf(first->rank).c_str());
  }

  Communicator& communicator_;
  Clock::duration limit_;
  Clock::duration interval_;
  std::vector<Peer> heard_;
  Meeting meeting_;
  std::unique_ptr<DatagramSocket> socket_;
  std::vector<sockaddr_in> targets_;
  int stop_ = -1;
  bool warned_ = false;
  std::mutex activityMutex_;
  std::array<char, 200> activity_{};
  std::size_t activityLength_ = 0;
  std::thread thread_;
};

RankWatch::RankWatch(Communicator& communicator, std::chrono::seconds limit) {
  if (limit.count() > 0 && communicator.size() > 1) watcher_ = std::make_unique<Watcher>(communicator, limit);
}

RankWatch::~RankWatch() = default;

void RankWatch::setActivity(std::string_view activity) {
  if (watcher_) watcher_->setActivity(activity);
}

}  // namespace seltzer::detail
