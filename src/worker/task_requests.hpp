#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <vector>

#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// Tasks that move between hosts, by messages. A rank whose host has none left asks another host; a rank that runs a
/// task answers between batches, one that waits at once.
class TaskRequests {
 public:
  /// The positions of some tasks of this host that nobody has begun.
  using Give = std::function<std::vector<std::size_t>()>;

  /// `members` are the ranks of this host: ranks on others are asked.
  TaskRequests(Communicator& communicator, const std::vector<int>& members, std::minstd_rand& random, Give give);

  /// Answers the requests that have arrived. Between calls of `answerSometimes` at least a tenth of a millisecond
  /// passes, so that it may be called for every batch.
  void answer();
  void answerSometimes();

  /// Asks a rank of each other host in turn, in random order, until one has tasks; answers others meanwhile.
  std::vector<std::size_t> ask();

  /// **Collective.** Answers until no rank asks any more.
  void finish();

 private:
  std::vector<std::size_t> receive();

  Communicator& communicator_;
  std::minstd_rand& random_;
  Give give_;
  std::vector<std::vector<int>> hosts_;  // the ranks of each other host
  PhaseClock::Nanoseconds next_ = 0;     // when `answerSometimes` looks again
};

}  // namespace seltzer::detail
