#pragma once

#include <cstddef>

#include <seltzer/scheduler/action.hpp>
#include <seltzer/scheduler/command.hpp>
#include <seltzer/scheduler/executor.hpp>

namespace seltzer::detail {

/// Runs this rank's tasks of one stage, one after the other.
class TaskRunner {
 public:
  TaskRunner(Executor& executor, const StageDescription& stage, OperatorBase& rdd, Action& action)
      : executor_(executor), stage_(stage), rdd_(rdd), action_(action) {}

  /// Runs the tasks in the order of their positions and stops after one that failed for good, or when the results of
  /// this rank alone are more than a job may bring to the driver. Aborts the program when memory runs out.
  void run(StageReport& report, ExactValue& exact);

 private:
  bool runTask(std::size_t position, StageReport& report, ExactValue& exact);
  bool attemptTask(std::size_t position, std::size_t attempt, StageReport& report, ExactValue& exact,
                   FailureRecord& failure);
  void commit(std::size_t position, std::size_t begin, StageReport& report, ExactValue& exact, const ExactValue& mine);

  Executor& executor_;
  const StageDescription& stage_;
  OperatorBase& rdd_;
  Action& action_;
};

/// What is said of a thrown object that has no `what()`.
inline constexpr const char* notAnException = "an exception that is not derived from std::exception";

/// The rank on which the task at `position` of a stage runs.
int rankOf(const StageDescription& stage, std::size_t position, int ranks);

}  // namespace seltzer::detail
