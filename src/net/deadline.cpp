#include "net/deadline.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/errors.hpp>

#include "net/abort_message.hpp"
#include "net/host_name.hpp"
#include "net/launch_check.hpp"
#include "net/signals_blocked.hpp"

namespace seltzer::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// How often the thread reads the clock. A longer gap counts as at most twice this: the process itself was stopped.
constexpr std::chrono::milliseconds interval{250};

/// How much longer ranks 1 and 2 each wait than the rank before: once one has ended, the launcher ends the others.
constexpr std::chrono::seconds turn{2};

int launchedRank() {
  const auto launcher = findLauncher([](const char* name) { return std::getenv(name); });
  return launcher ? static_cast<int>(launcher->rank) : 0;
}

/// State 'T' or 't': stopped by a signal or a debugger.
bool isStopped(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  const std::size_t end = line.rfind(')');
  return end != std::string::npos && end + 2 < line.size() && (line[end + 2] == 'T' || line[end + 2] == 't');
}

/// The id of a stopped process on this host that runs the same executable.
std::optional<std::string> stoppedSibling() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path mine = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const fs::path theirs = fs::read_symlink(entry->path() / "exe", gone);
    if (!gone && theirs == mine && isStopped(entry->path())) return entry->path().filename().string();
  }
  return std::nullopt;
}

}  // namespace

class Deadline::Watcher {
 public:
  Watcher(std::chrono::seconds limit, std::string what, std::string option)
      : limit_(limit), what_(std::move(what)), option_(std::move(option)), rank_(launchedRank()), host_(hostName()) {
    try {
      const SignalsBlocked blocked;
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      std::fprintf(stderr, "seltzer: [rank %d, %s] %s is not watched: %s\n", rank_, host_.c_str(), what_.c_str(),
                   error.what());
    }
  }

  ~Watcher() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void run() {
    Clock::duration left = limit_ + turn * std::min(rank_, 2);
    std::unique_lock lock(mutex_);
    for (Clock::time_point last = Clock::now(); left > Clock::duration::zero();) {
      if (wake_.wait_for(lock, interval, [this] { return done_; })) return;
      const Clock::time_point now = Clock::now();
      left -= std::min<Clock::duration>(now - std::exchange(last, now), 2 * interval);
    }
    end();  // with the lock held: the destructor waits forever
  }

  [[noreturn]] void end() const {
    endWithin(5, exitRankLost);
    const auto sibling = stoppedSibling();
    printAbortMessage(
        rank_, host_,
        fmt::format("{} has not come to its end in {} s: a rank was stopped, or did not start, or its host "
                    "cannot be reached{}; the limit is {}",
                    what_, limit_.count(),
                    sibling ? fmt::format(" (process {} on {} is stopped)", *sibling, host_) : "", option_));
    ::_exit(exitRankLost);
  }

  const std::chrono::seconds limit_;
  const std::string what_;
  const std::string option_;
  const int rank_;
  const std::string host_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

Deadline::Deadline(std::chrono::seconds limit, std::string what, std::string option) {
  if (limit.count() > 0) watcher_ = std::make_unique<Watcher>(limit, std::move(what), std::move(option));
}

Deadline::~Deadline() = default;

}  // namespace seltzer::detail
