#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <seltzer/detail/engine/action.hpp>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// Runs this rank's tasks of one stage.
class TaskRunner {
 public:
  TaskRunner(Executor& executor, const StageDescription& stage) : executor_(executor), stage_(stage) {}

  /// Runs the tasks by position, until one has failed in all its attempts or this rank's results alone exceed the
  /// result limit. Aborts the program if memory runs out.
  void run(StageReport& report, ExactValue& exact);

  /// The stage's action, built from its bytes on the first call. If this rank has tasks that is in a task, so that a
  /// function that throws while it is deserialized fails the task. Throws what that function throws.
  Action& action();

  /// Combines two results of a tree; what the user's function adds to accumulators is reported as that of the task at
  /// `position`. If it throws, adds a failure to `report` and returns nothing.
  std::optional<Bytes> combine(ByteView left, ByteView right, std::size_t position, StageReport& report);

 private:
  bool runTask(std::size_t position, StageReport& report, ExactValue& exact);
  bool attemptTask(std::size_t position, std::size_t attempt, StageReport& report, ExactValue& exact,
                   FailureRecord& failure);
  template <class Work>
  bool attempt(TaskContext& task, StageReport& report, FailureRecord& failure, Work&& work);
  void reportAccumulators(std::size_t position, StageReport& report);

  Executor& executor_;
  const StageDescription& stage_;
  std::unique_ptr<Action> action_;
};

/// The rank on which the task at `position` of a stage runs.
int rankOf(const StageDescription& stage, std::size_t position, int ranks);

}  // namespace seltzer::detail
