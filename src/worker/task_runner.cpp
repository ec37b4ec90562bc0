#include "worker/task_runner.hpp"

#include <new>

#include "engine/stage_failure.hpp"
#include "net/forked_copy.hpp"

namespace seltzer::detail {
namespace {

/// The batches between looks at the progress and, where other hosts may ask for tasks, at their requests.
constexpr std::size_t ticksPerUpdate = 256;
constexpr std::size_t ticksPerAnswer = 16;

}  // namespace

Action& TaskRunner::action() {
  if (!action_) action_ = executor_.actionOf(stage_);
  return *action_;
}

void TaskRunner::run(StageReport& report, ExactValue& exact) {
  TaskQueue queue(stage_, executor_.communicator(), claims_);
  queue_ = &queue;
  std::size_t firstFailed = stage_.size();  // position
  while (const auto position = queue.next()) {
    if (*position >= firstFailed) continue;
    if (!runTask(*position, queue.isMoved(), report, exact)) firstFailed = *position;
    if (stage_.treeScale == 0 && report.data.size() > executor_.resultLimit()) {
      queue.abandon();  // the job fails anyway
      break;
    }
    executor_.progress().taskDone();
  }
  queue.finish();
  if (queue.lostTasks()) phaseClock().current().lostTasks = true;
  queue_ = nullptr;
}

void TaskRunner::update(void* runner) {
  auto& tasks = *static_cast<TaskRunner*>(runner);
  if (tasks.queue_ != nullptr) tasks.queue_->tick();
  tasks.executor_.progress().update();
}

bool TaskRunner::runTask(std::size_t position, bool isMoved, StageReport& report, ExactValue& exact) {
  FailureRecord failure;
  const PhaseClock::Nanoseconds begin = phaseClock().enter(Phase::execute);
  while (failure.attempts < executor_.config().maxTaskFailures) {
    if (attemptTask(position, failure.attempts, report, exact, failure)) {
      const PhaseClock::Nanoseconds time = phaseClock().enter(Phase::execute) - begin;
      PhaseRow& row = phaseClock().current();
      row.tasks.add(time, stage_.partitionAt(position));
      if (isMoved) row.addTaken(rankOf(stage_, position, executor_.communicator().size()), time);
      return true;
    }
    ++failure.attempts;
    if (failure.nestedJob || failure.noRoom) break;
  }
  report.failures.push_back(std::move(failure));
  return false;
}

/// Calls `work` as part of `task`. If it throws, what it added to `report` and to accumulators is removed. A copy of
/// the rank that the work has forked ends here, before it takes another task.
template <class Work>
bool TaskRunner::attempt(TaskContext& task, StageReport& report, FailureRecord& failure, Work&& work) {
  const std::size_t data = report.data.size();
  const std::size_t results = report.results.size();
  const std::size_t accumulators = report.accumulators.size();
  TaskContext::current_ = &task;
  try {
    work();
    refuseForkedCopy();
    TaskContext::current_ = nullptr;
    return true;
  } catch (const std::bad_alloc&) {
    abortOutOfMemory(executor_.communicator(),
                     task.operation == ofAction ? stage_.operation : executor_.operationOf(task.operation),
                     task.partition());
  } catch (...) {
    describeException(failure);
  }
  refuseForkedCopy();
  TaskContext::current_ = nullptr;
  failure.partition = task.partition();
  failure.operation = task.operation;
  report.data.resize(data);
  report.results.resize(results);
  report.accumulators.resize(accumulators);
  executor_.accumulators().drain([](std::uint32_t, AccumulatorBase&) {});
  return false;
}

bool TaskRunner::attemptTask(std::size_t position, std::size_t attemptNumber, StageReport& report, ExactValue& exact,
                             FailureRecord& failure) {
  const bool answers = queue_ != nullptr && queue_->answers();
  TaskContext task(stage_.partitionAt(position), attemptNumber, this, &update,
                   answers ? ticksPerAnswer : ticksPerUpdate);
  return attempt(task, report, failure, [&] {
    const std::size_t begin = report.data.size();
    ExactValue mine;
    {
      WireWriter writer(report.data);
      action().run(executor_.operatorOf(stage_.rdd), task, task.partition(), mine, writer);
    }
    const std::size_t end = report.data.size();
    reportAccumulators(position, report);
    // No user code runs below: a task counts entirely or not at all.
    if (mine.merge == ExactMerge::none) {
      report.results.push_back({position, begin, end, 0});
    } else {
      exact.combine(mine);
    }
  });
}

void TaskRunner::reportAccumulators(std::size_t position, StageReport& report) {
  executor_.accumulators().drain([&](std::uint32_t id, AccumulatorBase& accumulator) {
    const std::size_t from = report.data.size();
    {
      WireWriter writer(report.data);
      accumulator.write(writer);
    }
    report.accumulators.push_back({position, from, report.data.size(), id});
  });
}

std::optional<Bytes> TaskRunner::combine(ByteView left, ByteView right, std::size_t position, StageReport& report) {
  TaskContext task(stage_.partitionAt(position), 0, this, &update, ticksPerUpdate);
  std::optional<Bytes> combined;
  FailureRecord failure;
  const bool ok = attempt(task, report, failure, [&] {
    combined = action().combine(left, right);
    reportAccumulators(position, report);
  });
  if (ok) return combined;
  failure.attempts = 1;
  report.failures.push_back(std::move(failure));
  return std::nullopt;
}

}  // namespace seltzer::detail
