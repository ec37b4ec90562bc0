#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/stage_failure.hpp"
#include "worker/task_runner.hpp"

// The part of the task runner that runs barrier stages.

namespace seltzer::detail {
namespace {

/// How an attempt of all tasks ended.
struct AttemptOutcome {
  std::uint32_t failed = 0;   ///< tasks that failed by themselves
  std::uint32_t isFinal = 0;  ///< whether one of them need not be tried again
};

void mergeOutcome(AttemptOutcome& into, const AttemptOutcome& from) {
  into.failed += from.failed;
  into.isFinal |= from.isFinal;
}

}  // namespace

/// An attempt: 1. the ranks that have a task run it, 2. all ranks wait for each other, and tasks that have ended answer
/// those that failed, 3. all agree on the outcome.
void TaskRunner::runTogether(StageReport& report, ExactValue& exact) {
  Communicator& communicator = executor_.communicator();
  std::vector<int> ranks(stage_.size());  // by partition: a barrier stage has all of them
  std::optional<std::size_t> mine;        // position
  for (std::size_t position = 0; position < stage_.size(); ++position) {
    const int rank = rankOf(stage_, position, communicator.size());
    ranks[stage_.partitionAt(position)] = rank;
    if (rank == communicator.rank()) mine = position;
  }
  const std::chrono::seconds limit(executor_.config().rankTimeout);
  const std::size_t attempts = executor_.config().maxTaskFailures;
  for (stageAttempt_ = 0;; ++stageAttempt_) {
    action_.reset();  // it may hold outputs of the last attempt
    StageReport attempted;
    ExactValue exactAttempted;
    FailureRecord failure;
    failure.attempts = stageAttempt_ + 1;
    AttemptOutcome outcome;
    if (mine) {
      group_.emplace(communicator, ranks, stage_.partitionAt(*mine), numbers_.firstAttempt + stageAttempt_, limit);
      const PhaseClock::Nanoseconds begin = phaseClock().enter(Phase::execute);
      if (attemptTogether(*mine, attempted, exactAttempted, failure)) {
        const PhaseClock::Nanoseconds time = phaseClock().enter(Phase::execute) - begin;
        phaseClock().current().tasks.add(time, stage_.partitionAt(*mine));
      } else if (group_->isCause()) {
        outcome = {1, failure.nestedJob || failure.noRoom ? 1U : 0U};
      }
      group_->end();
    }
    phaseClock().enter(Phase::wait);
    communicator.barrierPolling([this] {
      if (group_) group_->answer();
    });
    const bool isCause = outcome.failed > 0;
    communicator.allReduce(outcome, &mergeOutcome);
    const bool succeeded = outcome.failed == 0;
    if (group_) group_->close(succeeded);
    group_.reset();
    if (succeeded) {
      report = std::move(attempted);
      exact.combine(exactAttempted);
      if (mine) executor_.progress().taskDone();
      return;
    }
    executor_.dropStored();
    if (stageAttempt_ + 1 < attempts && outcome.isFinal == 0) continue;
    if (isCause) report.failures.push_back(std::move(failure));
    return;
  }
}

bool TaskRunner::attemptTogether(std::size_t position, StageReport& report, ExactValue& exact, FailureRecord& failure) {
  BarrierTaskContext task(*this, *group_, stage_.partitionAt(position), stageAttempt_,
                          attemptId(position, stageAttempt_), ticksPerUpdate);
  if (attemptTask(task, position, report, exact, failure)) return true;
  group_->fail(failure.what);  // a listener of the task threw, or its work, which has told the others
  return false;
}

/// Runs the task. The others hear at once if it throws, before its listeners run, which may wait for them.
void TaskRunner::runInGroup(TaskContext& task, ExactValue& exact, WireWriter& writer) {
  try {
    action().run(executor_.operatorOf(stage_.rdd), task, task.partition(), exact, writer);
    group_->requireNoMpiError();
  } catch (...) {
    FailureRecord failure;
    describeException(failure);
    group_->fail(failure.what);
    throw;
  }
}

}  // namespace seltzer::detail
