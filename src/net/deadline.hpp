#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace seltzer::detail {

/// Ends this process with a message and `exitRankLost` unless destroyed in time: for MPI calls that wait for all ranks
/// while no `FailureDetector` can see which is missing. The launcher then ends the others, which have deadlines of
/// their own. Time during which this process was stopped does not count.
class Deadline {
 public:
  /// `what` must end within the limit; 0: no limit. `option` describes the limit in the message.
  Deadline(std::chrono::seconds limit, std::string what, std::string option);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  class Watcher;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace seltzer::detail
