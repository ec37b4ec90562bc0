#include "worker/progress_display.hpp"

#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/diagnostic.hpp"

namespace seltzer::detail {
namespace {

constexpr PhaseClock::Nanoseconds millisecond = 1'000'000;
constexpr PhaseClock::Nanoseconds firstBar = 1000 * millisecond;
constexpr PhaseClock::Nanoseconds betweenBars = 100 * millisecond;
constexpr PhaseClock::Nanoseconds betweenLines = 10'000 * millisecond;
constexpr PhaseClock::Nanoseconds firstPost = 500 * millisecond;
constexpr PhaseClock::Nanoseconds betweenPosts = 200 * millisecond;
constexpr std::size_t barWidth = 40;

}  // namespace

ProgressDisplay::ProgressDisplay(Communicator& communicator, Progress mode)
    : communicator_(communicator), mode_(mode), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressDisplay::begin(std::size_t tasks, std::string label) {
  label_ = std::move(label);
  tasks_ = tasks;
  done_ = posted_ = others_ = 0;
  posts_ = received_ = 0;
  begin_ = PhaseClock::now();
  next_ = begin_ + (communicator_.rank() != 0 ? firstPost : terminal_ ? firstBar : betweenLines);
}

void ProgressDisplay::update() {
  if (mode_ == Progress::off) return;
  const PhaseClock::Nanoseconds now = PhaseClock::now();
  if (now < next_) return;
  if (communicator_.rank() == 0) {
    while (auto message = communicator_.tryReceive(MessageTag::progress)) take(message->second);
    show(now);
    next_ = now + (terminal_ ? betweenBars : betweenLines);
  } else {
    if (done_ > posted_) {
      const std::uint64_t finished = done_ - posted_;
      communicator_.post(std::as_bytes(std::span(&finished, 1)), 0, MessageTag::progress);
      posted_ = done_;
      ++posts_;
    }
    next_ = now + betweenPosts;
  }
}

void ProgressDisplay::finish(std::uint64_t postsOfAllRanks) {
  while (received_ < postsOfAllRanks) take(communicator_.receiveAny(MessageTag::progress).second);
  if (drawn_) writeToStderr("\r\033[K");
  drawn_ = false;
}

void ProgressDisplay::take(ByteView message) {
  std::uint64_t finished = 0;
  std::memcpy(&finished, message.data(), std::min(sizeof(finished), message.size()));
  others_ += finished;
  ++received_;
}

void ProgressDisplay::show(PhaseClock::Nanoseconds now) {
  const std::size_t done = std::min(done_ + others_, tasks_);
  const double seconds = static_cast<double>(now - begin_) * 1e-9;
  if (terminal_) {
    const std::size_t filled = tasks_ == 0 ? 0 : done * barWidth / tasks_;
    writeToStderr(fmt::format("\r{} [{:=<{}}>{: <{}}] {} of {} tasks, {:.1f} s\033[K", label_, "", filled, "",
                              barWidth - filled, done, tasks_, seconds));
    drawn_ = true;
  } else {
    writeToStderr(fmt::format("{}: {} of {} tasks, {:.0f} s\n", label_, done, tasks_, seconds));
  }
}

}  // namespace seltzer::detail
