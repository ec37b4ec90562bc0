#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace seltzer::detail {

/// Ends this process with `exitRankLost`, and a message, unless it is destroyed in time: for calls of MPI that wait for
/// all ranks while no `FailureDetector` can see who is missing. The launcher then ends the others, which have deadlines
/// of their own. Time in which this process was stopped does not count.
class Deadline {
 public:
  /// `what` is to end within the limit; 0: there is none. `option` is what the message says of the limit.
  Deadline(std::chrono::seconds limit, std::string what, std::string option);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace seltzer::detail
