#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <seltzer/detail/engine/stage_report.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

/// What is said of a thrown object that has no `what()`.
inline constexpr const char* notAnException = "an exception that is not derived from std::exception";

/// For a handler: what the exception that is being handled says goes into `failure`. Rethrows what no user's function
/// is to blame for: std::bad_alloc and errors of the communicator.
void describeException(FailureRecord& failure);

/// Ends all ranks: memory ran out for a partition.
[[noreturn]] void abortOutOfMemory(Communicator& communicator, std::string_view operation, std::size_t partition);

/// A user's function threw while a stage communicated, outside its tasks: a `serialize`, a comparison, a constructor.
class StageFailure : public std::runtime_error {
 public:
  explicit StageFailure(FailureRecord record) : std::runtime_error(record.what), record_(std::move(record)) {}
  const FailureRecord& record() const { return record_; }

 private:
  FailureRecord record_;
};

/// For a handler: throws the exception that is being handled as a StageFailure of `operation`, or ends all ranks where
/// memory ran out.
[[noreturn]] void throwStageFailure(RDDId operation, std::size_t partition);

/// Runs `work`, which calls functions of the user's for a partition outside its task. Throws a StageFailure for
/// whatever they throw, so that the driver learns of it as of a task that failed.
template <class Work>
decltype(auto) asPartOfStage(RDDId operation, std::size_t partition, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (...) {
    throwStageFailure(operation, partition);
  }
}

}  // namespace seltzer::detail
