#pragma once

#include <cstdint>
#include <string>

#include <seltzer/config.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// The progress of the running stage. Rank 0 shows it on stderr: on a terminal a bar after a second, otherwise a line
/// every ten seconds. The other ranks post how many tasks they finished, at most five times a second.
class ProgressDisplay {
 public:
  ProgressDisplay(Communicator& communicator, Progress mode);

  /// Starts a stage of `tasks` tasks over all ranks; rank 0 shows `label`.
  void begin(std::size_t tasks, std::string label);

  /// A task of this rank is done.
  void taskDone() {
    ++done_;
    update();
  }

  /// Call from time to time in long tasks and while waiting.
  void update();

  /// Messages that this rank posted since `begin`.
  std::uint64_t posts() const { return posts_; }

  /// On rank 0 at the end of a stage: receives the remaining posts and clears the bar.
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
  std::size_t posted_ = 0;  // of those, posted to rank 0
  std::size_t others_ = 0;  // on rank 0: by the other ranks
  std::uint64_t posts_ = 0;
  std::uint64_t received_ = 0;
  PhaseClock::Nanoseconds begin_ = 0;
  PhaseClock::Nanoseconds next_ = 0;
  bool drawn_ = false;
};

}  // namespace seltzer::detail
