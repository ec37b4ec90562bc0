#pragma once

#include <cstddef>
#include <optional>

#include <seltzer/detail/engine/action.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// Runs this rank's tasks of one stage.
class TaskRunner {
 public:
  /// Without `claims`, the tasks are those that are meant for this rank.
  TaskRunner(Executor& executor, const StageDescription& stage, TaskClaims* claims)
      : executor_(executor), stage_(stage), claims_(claims) {}

  /// Runs tasks until none is left for this rank or its results alone exceed the result limit. After one that failed in
  /// all its attempts it runs only those before it, so that the first that fails is known, in whatever order they run.
  /// Aborts the program if memory runs out.
  void run(StageReport& report, ExactValue& exact);

  /// The stage's action, built from its bytes on the first call. If this rank has tasks that is in a task, so that a
  /// function that throws while it is deserialized fails the task. Throws what that function throws.
  Action& action();

  /// Combines two results of a tree; what the user's function adds to accumulators is reported as that of the task at
  /// `position`. If it throws, adds a failure to `report` and returns nothing.
  std::optional<Bytes> combine(ByteView left, ByteView right, std::size_t position, StageReport& report);

 private:
  bool runTask(std::size_t position, bool isMoved, StageReport& report, ExactValue& exact);
  bool attemptTask(std::size_t position, std::size_t attempt, StageReport& report, ExactValue& exact,
                   FailureRecord& failure);
  template <class Work>
  bool attempt(TaskContext& task, StageReport& report, FailureRecord& failure, Work&& work);
  static void update(void* runner);
  void reportAccumulators(std::size_t position, StageReport& report);

  Executor& executor_;
  const StageDescription& stage_;
  TaskClaims* claims_;
  TaskQueue* queue_ = nullptr;  // while tasks run
  UniquePointer<Action> action_;
};

}  // namespace seltzer::detail
