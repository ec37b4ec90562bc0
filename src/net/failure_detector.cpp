#include "net/failure_detector.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"
#include "net/file_identity.hpp"
#include "net/heartbeat_channel.hpp"
#include "net/peer_table.hpp"
#include "net/signals_blocked.hpp"
#include "net/stop_event.hpp"

namespace seltzer::detail {
namespace {

using Clock = std::chrono::steady_clock;
using Peer = PeerTable::Peer;

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
      : communicator_(communicator),
        rank_(communicator.rank()),
        limit_(limit),
        interval_(beatInterval(limit)),
        // rank 0 watches all others, and they watch rank 0
        peers_(rank_ == 0 ? 1 : 0, rank_ == 0 ? communicator.size() - 1 : 1, Clock::now()) {
    setActivity("the start of the program");
    for (int rank = 0; rank < communicator.size(); ++rank) hosts_.push_back(communicator.hostOf(rank));
    prepare();
  }

  /// **Collective.** Call once, right after the constructor.
  void begin() {
    startThread();
    HeartbeatChannel::shareAddresses(communicator_, thread_.joinable() ? channel_.get() : nullptr);
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
  /// In the start, a rank that was never heard is lost. Later only one that was heard before is: the network may block
  /// the datagrams of the others. While MPI is being finalized, MPI_Abort cannot be called.
  enum class Stage { start, work, finalize };

  void prepare() {
    try {
      channel_ = std::make_unique<HeartbeatChannel>(rank_);
      stop_ = std::make_unique<StopEvent>();
      identities_.emplace(FileIdentity(channel_->descriptor()), FileIdentity(stop_->descriptor()));
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

  /// **Collective.** From here on a rank that stops is noticed: rank 0 and it have heard each other, unless datagrams
  /// are blocked or slow.
  void awaitFirstAnswer() {
    if (rank_ != 0 && thread_.joinable()) {
      channel_->send(false);
      channel_->awaitAnswer(longestFirstAnswer);
    }
    communicator_.barrier();
    setActivity("before the first stage");
    const std::lock_guard lock(endMutex_);
    stage_ = Stage::work;
  }

  void run() {
    const Clock::time_point begin = Clock::now();
    peers_.forgiveAll(begin);  // this rank may have been stopped since it was constructed
    Clock::time_point lastLook = begin;
    for (bool stop = false; !stop;) {
      channel_->send(false);
      stop = listenUntil(lastLook + interval_);
      const Clock::time_point now = Clock::now();
      if (now - lastLook > interval_ + limit_ / 2) peers_.forgiveAll(now);
      lastLook = now;
      if (stop) break;
      // If rank 0 is silent all ranks notice at once, so they take turns to report it.
      if (const Peer* lost = peers_.silent(now, limit_ + turn * std::min(rank_, 2), starting())) end(*lost, now);
      if (now - begin > limit_ && !starting()) warnOfUnheard();
    }
    channel_->send(true);
  }

  /// True if the thread must stop.
  bool listenUntil(Clock::time_point end) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) return false;
      std::array<pollfd, 2> ready{pollfd{stop_->descriptor(), POLLIN, 0}, pollfd{channel_->descriptor(), POLLIN, 0}};
      ::poll(ready.data(), ready.size(), static_cast<int>(left));
      if (!isIntact()) endForClosedDescriptors();
      if (ready[0].revents != 0) return true;
      if (ready[1].revents != 0) receiveAll();
    }
  }

  void receiveAll() {
    channel_->receiveAll([this](int rank, bool leaving) {
      if (!peers_.has(rank)) return false;
      peers_.hear(rank, leaving, Clock::now());
      return true;
    });
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
    const std::size_t others = peers_.unheard() - 1;
    return fmt::format(
        "{}: it was stopped, or its host or link is down, or the network lets no UDP datagrams through "
        "(--seltzer-rank-timeout 0: no failure detection)",
        others == 0 ? "" : fmt::format(", and {} more with it", others));
  }

  /// False if the program closed this object's descriptors; then MPI's are gone too.
  bool isIntact() const {
    return !identities_ || (FileIdentity(channel_->descriptor()) == identities_->first &&
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
    channel_->send(true);  // if rank 0 resumes, it does not report this rank as silent
    // Open MPI allows this from a second thread; if it blocks, the alarm ends the process.
    if (stage_ != Stage::finalize) communicator_.abort(exitRankLost, what);
    printAbortMessage(rank_, hostOf(rank_), what);
    std::fflush(stdout);
    ::_exit(exitRankLost);
  }

  void warnOfUnheard() {
    if (std::exchange(warned_, true) || rank_ > 1) return;  // ranks 0 and 1 suffice
    const Peer* first = peers_.firstUnheard();
    if (first == nullptr) return;
    std::fprintf(
        stderr,
        "seltzer: no heartbeat came from %zu of %zu ranks (rank %d on %s is the first): nothing will notice "
        "if these stop; does the network let UDP datagrams through? (--seltzer-rank-timeout 0: no failure detection)\n",
        peers_.unheard(), peers_.size(), first->rank, hostOf(first->rank).c_str());
  }

  const std::string& hostOf(int rank) const { return hosts_[static_cast<std::size_t>(rank)]; }

  Communicator& communicator_;  // may be gone in Stage::finalize
  const int rank_;
  std::vector<std::string> hosts_;
  Clock::duration limit_;
  Clock::duration interval_;
  PeerTable peers_;  // used by the thread only
  std::unique_ptr<HeartbeatChannel> channel_;
  std::unique_ptr<StopEvent> stop_;
  std::optional<std::pair<FileIdentity, FileIdentity>> identities_;  // of both
  bool warned_ = false;
  std::mutex mutex_;  // guards the activity
  std::array<char, 200> activity_{};
  std::size_t activityLength_ = 0;
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
