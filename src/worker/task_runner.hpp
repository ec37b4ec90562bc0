#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <seltzer/detail/engine/action.hpp>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// Runs this rank's tasks of one stage in turn.
class TaskRunner {
 public:
  TaskRunner(Executor& executor, const StageDescription& stage) : executor_(executor), stage_(stage) {}

  /// Runs the tasks in the order of their positions and stops after one that failed for good, or when the results of
  /// this rank alone are more than a job may bring to the driver. Aborts the program when memory runs out.
  void run(StageReport& report, ExactValue& exact);

  /// What the stage does with a partition. It is built from its bytes at the first call, which is a task's where this
  /// rank has one, so that a function that throws while it is loaded fails the task. Throws what that function throws.
  Action& action();

  /// The result of combining two results of a tree, for `partition`; what the user's function adds to accumulators goes
  /// to `report` as that of the task at `position`. If it fails, so does `report`, and nothing is given.
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
