#pragma once

#include <cstdint>
#include <string>

#include <seltzer/config.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// How far the running stage is. Rank 0 shows it on stderr: a bar on a terminal after a second, otherwise a line every
/// ten seconds. The other ranks send their counts of finished tasks, at most five messages a second.
class ProgressDisplay {
 public:
  ProgressDisplay(Communicator& communicator, Progress mode);

  /// A stage begins. `tasks` are all of it; `label` is shown, on rank 0.
  void begin(std::size_t tasks, std::string label);

  /// A task of this rank is done.
  void taskDone() {
    ++done_;
    update();
  }

  /// Called now and then inside long tasks and while waiting.
  void update();

  /// Messages that this rank posted since `begin`.
  std::uint64_t posts() const { return posts_; }

  /// Rank 0, at the end of a stage: takes what was posted and not yet received, and clears the bar.
  void finish(std::uint64_t postsOfAllRanks);

  bool enabled() const { return mode_ != Progress::off; }

 private:
  void take(ByteView message);
  void show(PhaseClock::Nanoseconds now);

  Communicator& communicator_;
  Progress mode_;
  bool terminal_;
  std::string label_;
  std::size_t tasks_ = 0;
  std::size_t done_ = 0;    // of this rank
  std::size_t posted_ = 0;  // of them, told to rank 0
  std::size_t others_ = 0;  // on rank 0: of the other ranks
  std::uint64_t posts_ = 0;
  std::uint64_t received_ = 0;
  PhaseClock::Nanoseconds begin_ = 0;
  PhaseClock::Nanoseconds next_ = 0;
  bool drawn_ = false;
};

}  // namespace seltzer::detail
