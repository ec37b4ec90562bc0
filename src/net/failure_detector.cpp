#include "net/failure_detector.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"
#include "net/datagram_socket.hpp"
#include "net/file_identity.hpp"
#include "net/signals_blocked.hpp"
#include "net/stop_event.hpp"

namespace seltzer::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// The only kind of datagram, from a rank to rank 0 and back.
struct Heartbeat {
  std::uint64_t job = 0;  ///< a random number that tells this job's datagrams from others'
  std::int32_t rank = 0;  ///< the sender
  std::int32_t leaving = 0;
};

/// Where rank 0 listens.
struct Rendezvous {
  static constexpr std::size_t mostAddresses = 16;

  std::uint64_t job = 0;
  std::uint32_t port = 0;  ///< 0: rank 0 has no socket
  std::uint32_t addressCount = 0;
  std::array<in_addr_t, mostAddresses> addresses{};
};

/// How much longer rank 1 waits than rank 0, and the other ranks than rank 1: long enough for mpirun to end them all.
constexpr std::chrono::seconds turn{2};

/// How long the start waits for rank 0's first answer.
constexpr std::chrono::milliseconds longestFirstAnswer{200};

Clock::duration beatInterval(std::chrono::seconds limit) {
  using namespace std::chrono_literals;
  return std::clamp<Clock::duration>(Clock::duration(limit) / 5, 100ms, 5s);
}

}  // namespace

class FailureDetector::Watcher {
 public:
  Watcher(Communicator& communicator, std::chrono::seconds limit)
      : communicator_(communicator), rank_(communicator.rank()), limit_(limit), interval_(beatInterval(limit)) {
    setActivity("the start of the program");
    for (int rank = 0; rank < communicator.size(); ++rank) hosts_.push_back(communicator.hostOf(rank));
    // Rank 0 watches all others, and they watch rank 0.
    const int peers = rank_ == 0 ? communicator.size() - 1 : 1;
    for (int i = 0; i < peers; ++i) heard_.push_back({rank_ == 0 ? i + 1 : 0});
    prepare();
  }

  /// **Collective.** Call once, right after the constructor.
  void begin() {
    startThread();
    shareAddresses();
    awaitFirstAnswer();
  }

  ~Watcher() {
    if (!thread_.joinable()) return;
    stop_->set();
    thread_.join();
  }

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  void setActivity(std::string_view activity) {
    const std::lock_guard lock(mutex_);
    activityLength_ = std::min(activity.size(), activity_.size());
    std::copy_n(activity.begin(), activityLength_, activity_.begin());
  }

  void prepareForFinalize() {
    setActivity("the end of the program");
    if (!isIntact()) endForClosedDescriptors();
    communicator_.barrier();
    {
      const std::lock_guard lock(endMutex_);
      stage_ = Stage::finalize;
    }
    communicator_.barrier();
  }

 private:
  struct Peer {
    int rank = 0;
    bool heard = false;  ///< at least once
    bool left = false;
    Clock::time_point last = Clock::now();
  };

  /// In the start, a rank that was never heard is lost. Later only one that was heard before is: the network may block
  /// the datagrams of the others. While MPI is being finalized, MPI_Abort cannot be called.
  enum class Stage { start, work, finalize };

  void prepare() {
    try {
      socket_ = std::make_unique<DatagramSocket>();
      stop_ = std::make_unique<StopEvent>();
      identities_.emplace(FileIdentity(socket_->descriptor()), FileIdentity(stop_->descriptor()));
    } catch (const std::exception& error) {
      warnOfNoHeartbeats(error);
    }
  }

  void warnOfNoHeartbeats(const std::exception& error) const {
    std::fprintf(stderr, "seltzer: [rank %d, %s] no heartbeats, a rank that stops will not be noticed: %s\n", rank_,
                 hostOf(rank_).c_str(), error.what());
  }

  void startThread() {
    if (!stop_) return;
    try {
      const SignalsBlocked blocked;
      thread_ = std::thread([this] { run(); });
    } catch (const std::exception& error) {
      warnOfNoHeartbeats(error);
    }
  }

  /// **Collective.** Rank 0 broadcasts its addresses, and the others send it their first heartbeat.
  void shareAddresses() {
    Rendezvous rendezvous;
    if (rank_ == 0 && thread_.joinable()) {
      std::random_device random;
      rendezvous.job = (std::uint64_t{random()} << 32) | random();
      rendezvous.port = socket_->port();
      for (const in_addr_t address : DatagramSocket::addresses()) {
        if (rendezvous.addressCount == Rendezvous::mostAddresses) break;
        rendezvous.addresses[rendezvous.addressCount++] = address;
      }
      const std::lock_guard lock(mutex_);
      job_ = rendezvous.job;
    }
    communicator_.broadcast(std::as_writable_bytes(std::span(&rendezvous, 1)));
    if (rank_ == 0 || !thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      job_ = rendezvous.job;
      for (std::uint32_t i = 0; i < rendezvous.addressCount; ++i) {
        sockaddr_in& target = targets_.emplace_back();
        target.sin_family = AF_INET;
        target.sin_port = htons(static_cast<std::uint16_t>(rendezvous.port));
        target.sin_addr.s_addr = rendezvous.addresses[i];
      }
    }
    beat(false);
  }

  /// **Collective.** From here on a rank that stops is noticed: rank 0 and it have heard each other, unless datagrams
  /// are blocked or slow.
  void awaitFirstAnswer() {
    if (rank_ != 0 && thread_.joinable()) {
      std::unique_lock lock(mutex_);
      answer_.wait_for(lock, longestFirstAnswer, [this] { return answered_; });
    }
    communicator_.barrier();
    setActivity("before the first stage");
    const std::lock_guard lock(endMutex_);
    stage_ = Stage::work;
  }

  void run() {
    const Clock::time_point begin = Clock::now();
    Clock::time_point lastLook = begin;
    for (bool stop = false; !stop;) {
      if (rank_ != 0) beat(false);
      stop = listenUntil(lastLook + interval_);
      const Clock::time_point now = Clock::now();
      if (now - lastLook > interval_ + limit_ / 2) forgiveAll(now);
      lastLook = now;
      if (stop) break;
      reportSilence(now);
      if (now - begin > limit_ && !starting()) warnOfUnheard();
    }
    if (rank_ != 0) beat(true);
  }

  /// Sends to all of rank 0's addresses until one has answered, then to that one.
  void beat(bool leaving) {
    const std::lock_guard lock(mutex_);
    const Heartbeat heartbeat{job_, rank_, leaving ? 1 : 0};
    for (const sockaddr_in& target : targets_) socket_->send(std::as_bytes(std::span(&heartbeat, 1)), target);
  }

  /// True if the thread must stop.
  bool listenUntil(Clock::time_point end) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) return false;
      std::array<pollfd, 2> ready{pollfd{stop_->descriptor(), POLLIN, 0}, pollfd{socket_->descriptor(), POLLIN, 0}};
      ::poll(ready.data(), ready.size(), static_cast<int>(left));
      if (!isIntact()) endForClosedDescriptors();
      if (ready[0].revents != 0) return true;
      if (ready[1].revents != 0) receiveAll();
    }
  }

  void receiveAll() {
    Heartbeat heartbeat;
    while (const auto received = socket_->receive(std::as_writable_bytes(std::span(&heartbeat, 1)))) {
      const auto& [length, from] = *received;
      if (length != sizeof heartbeat || !isOurs(heartbeat)) continue;
      const int first = heard_.front().rank;
      if (heartbeat.rank < first || heartbeat.rank - first >= static_cast<int>(heard_.size())) continue;
      Peer& peer = heard_[static_cast<std::size_t>(heartbeat.rank - first)];
      peer.heard = true;
      peer.left = heartbeat.leaving != 0;
      peer.last = Clock::now();
      if (rank_ != 0) {
        noteAnswer(from);
      } else if (!peer.left) {
        const Heartbeat answer{heartbeat.job, 0, 0};
        socket_->send(std::as_bytes(std::span(&answer, 1)), from);
      }
    }
  }

  bool isOurs(const Heartbeat& heartbeat) {
    const std::lock_guard lock(mutex_);
    return job_ != 0 && heartbeat.job == job_;
  }

  void noteAnswer(const sockaddr_in& from) {
    {
      const std::lock_guard lock(mutex_);
      targets_.assign(1, from);
      answered_ = true;
    }
    answer_.notify_one();
  }

  /// This process or its host was suspended: heartbeats may be lost.
  void forgiveAll(Clock::time_point now) {
    for (Peer& peer : heard_) peer.last = now;
  }

  void reportSilence(Clock::time_point now) {
    // If rank 0 is silent all ranks notice at once, so they take turns to report it.
    const Clock::duration limit = limit_ + turn * std::min(rank_, 2);
    for (const Peer& peer : heard_) {
      if (peer.left || now - peer.last <= limit) continue;
      if (peer.heard || starting()) end(peer, now);
    }
  }

  bool starting() {
    const std::lock_guard lock(endMutex_);
    return stage_ == Stage::start;
  }

  std::string activity() {
    const std::lock_guard lock(mutex_);
    return {activity_.data(), activityLength_};
  }

  /// If the rank was never heard the network may be to blame; how many others were not heard is a hint.
  std::string reasonFor(const Peer& peer) const {
    if (peer.heard) return ": it was stopped, or its host or link is down";
    const auto others = std::ranges::count(heard_, false, &Peer::heard) - 1;
    return fmt::format(
        "{}: it was stopped, or its host or link is down, or the network lets no UDP datagrams through "
        "(--seltzer-rank-timeout 0: no failure detection)",
        others == 0 ? "" : fmt::format(", and {} more with it", others));
  }

  /// False if the program closed this object's descriptors; then MPI's are gone too.
  bool isIntact() const {
    return !identities_ || (FileIdentity(socket_->descriptor()) == identities_->first &&
                            FileIdentity(stop_->descriptor()) == identities_->second);
  }

  [[noreturn]] void endForClosedDescriptors() {
    const std::string what = fmt::format("{}: {}", activity(), closedDescriptors);
    const std::lock_guard lock(endMutex_);
    endWithin(10, exitTask);
    printAbortMessage(rank_, hostOf(rank_), what);
    std::fflush(stdout);
    ::_exit(exitTask);  // MPI_Abort would wait on a closed connection; the launcher notices a rank that exits
  }

  [[noreturn]] void end(const Peer& peer, Clock::time_point now) {
    const std::string what =
        fmt::format("{}: rank {} on {} has been silent for {} s{}; the limit is --seltzer-rank-timeout {}", activity(),
                    peer.rank, hostOf(peer.rank), std::chrono::floor<std::chrono::seconds>(now - peer.last).count(),
                    reasonFor(peer), std::chrono::ceil<std::chrono::seconds>(limit_).count());
    const std::lock_guard lock(endMutex_);
    endWithin(10, exitRankLost);
    if (rank_ != 0) beat(true);  // if rank 0 resumes, it does not report this rank as silent
    // Open MPI allows this from a second thread; if it blocks, the alarm ends the process.
    if (stage_ != Stage::finalize) communicator_.abort(exitRankLost, what);
    printAbortMessage(rank_, hostOf(rank_), what);
    std::fflush(stdout);
    ::_exit(exitRankLost);
  }

  void warnOfUnheard() {
    if (std::exchange(warned_, true) || rank_ > 1) return;  // ranks 0 and 1 suffice
    const auto unheard = std::ranges::count(heard_, false, &Peer::heard);
    if (unheard == 0) return;
    const auto first = std::ranges::find(heard_, false, &Peer::heard);
    std::fprintf(
        stderr,
        "seltzer: no heartbeat came from %td of %zu ranks (rank %d on %s is the first): nothing will notice "
        "if these stop; does the network let UDP datagrams through? (--seltzer-rank-timeout 0: no failure detection)\n",
        unheard, heard_.size(), first->rank, hostOf(first->rank).c_str());
  }

  const std::string& hostOf(int rank) const { return hosts_[static_cast<std::size_t>(rank)]; }

  Communicator& communicator_;  // may be gone in Stage::finalize
  const int rank_;
  std::vector<std::string> hosts_;
  Clock::duration limit_;
  Clock::duration interval_;
  std::vector<Peer> heard_;  // used by the thread only
  std::unique_ptr<DatagramSocket> socket_;
  std::unique_ptr<StopEvent> stop_;
  std::optional<std::pair<FileIdentity, FileIdentity>> identities_;  // of both
  bool warned_ = false;
  std::mutex mutex_;  // guards what follows, up to endMutex_
  std::uint64_t job_ = 0;
  std::vector<sockaddr_in> targets_;
  std::array<char, 200> activity_{};
  std::size_t activityLength_ = 0;
  std::condition_variable answer_;
  bool answered_ = false;
  std::mutex endMutex_;  // guards stage_; never released by a thread that ends the job
  Stage stage_ = Stage::start;
  std::thread thread_;
};

FailureDetector::FailureDetector(Communicator& communicator, std::chrono::seconds limit) {
  if (limit.count() == 0 || communicator.size() == 1) return;
  watcher_ = std::make_unique<Watcher>(communicator, limit);
  watcher_->begin();
}

FailureDetector::~FailureDetector() = default;

void FailureDetector::setActivity(std::string_view activity) {
  if (watcher_) watcher_->setActivity(activity);
}

void FailureDetector::prepareForFinalize() {
  if (watcher_) watcher_->prepareForFinalize();
}

void FailureDetector::stop() {
  watcher_.reset();
}

}  // namespace seltzer::detail
