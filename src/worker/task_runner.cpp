#include "worker/task_runner.hpp"

#include <new>
#include <utility>

#include "engine/stage_failure.hpp"
#include "engine/task_listeners.hpp"
#include "net/forked_copy.hpp"

namespace seltzer::detail {
namespace {

/// The batches between looks at the requests of other hosts, where those may ask for tasks.
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

bool TaskRunner::runTask(std::size_t position, bool isMoved, StageReport& report, ExactValue& exact) {
  FailureRecord failure;
  const PhaseClock::Nanoseconds begin = phaseClock().enter(Phase::execute);
  while (failure.attempts < executor_.config().maxTaskFailures) {
    if (failure.attempts > 0) phaseClock().enter(Phase::execute);
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

std::uint64_t TaskRunner::attemptId(std::size_t position, std::size_t attempt) const {
  return numbers_.firstAttempt + position * executor_.config().maxTaskFailures + attempt;
}

/// Calls `work`, a part of `task`. If it throws, describes that in `failure` and returns false. A copy of the rank that
/// the work has forked ends here, before it takes another task.
template <class Work>
bool TaskRunner::succeeds(TaskContext& task, FailureRecord& failure, Work&& work) {
  try {
    work();
    refuseForkedCopy();
    return true;
  } catch (const std::bad_alloc&) {
    abortOutOfMemory(executor_.communicator(),
                     task.operation == ofAction ? stage_.operation : executor_.operationOf(task.operation),
                     task.partition());
  } catch (...) {
    describeException(failure);
  }
  refuseForkedCopy();
  failure.partition = task.partition();
  failure.operation = task.operation;
  return false;
}

/// Calls `work` and the listeners that it adds as part of `task`, and reports what they add to accumulators. If one of
/// them throws, what was added to `report` and to accumulators is removed.
template <class Work>
bool TaskRunner::attempt(TaskContext& task, std::size_t position, StageReport& report, FailureRecord& failure,
                         Work&& work) {
  const std::size_t data = report.data.size();
  const std::size_t results = report.results.size();
  const std::size_t accumulators = report.accumulators.size();
  const PhaseRow& row = phaseClock().current();
  begin_.emplace(Begin{row.nanoseconds, row.bytes, row.records});
  TaskContext::current_ = &task;
  bool ok = callListeners(task, succeeds(task, failure, work), failure);
  if (ok && !succeeds(task, failure, [&] { reportAccumulators(position, report); })) {
    ok = callListeners(task, false, failure);
  }
  TaskContext::current_ = nullptr;
  if (ok) return true;
  report.data.resize(data);
  report.results.resize(results);
  report.accumulators.resize(accumulators);
  executor_.accumulators().drain([](std::uint32_t, AccumulatorBase&) {});
  return false;
}

/// Whether the task is still `ok` when its listeners have run.
bool TaskRunner::callListeners(TaskContext& task, bool ok, FailureRecord& failure) {
  if (!task.listeners_) return ok;
  task.isCompleted_ = true;
  task.isFailed_ = !ok;
  while (task.listeners_->hasNext(!ok)) {
    FailureRecord own;
    own.attempts = failure.attempts;
    if (succeeds(task, own, [&] { task.listeners_->callNext(task, ok ? nullptr : &failure.what); })) continue;
    if (ok) {
      failure = std::move(own);
    } else {
      failure.what += "; then a listener of the task threw " + own.what;
    }
    ok = false;
    task.isFailed_ = true;
  }
  return ok;
}

bool TaskRunner::attemptTask(std::size_t position, std::size_t attemptNumber, StageReport& report, ExactValue& exact,
                             FailureRecord& failure) {
  const bool answers = queue_ != nullptr && queue_->answers();
  TaskContext task(*this, stage_.partitionAt(position), attemptNumber, attemptId(position, attemptNumber),
                   answers ? ticksPerAnswer : ticksPerUpdate);
  return attemptTask(task, position, report, exact, failure);
}

bool TaskRunner::attemptTask(TaskContext& task, std::size_t position, StageReport& report, ExactValue& exact,
                             FailureRecord& failure) {
  const std::size_t begin = report.data.size();
  std::size_t end = begin;
  ExactValue mine;
  const bool ok = attempt(task, position, report, failure, [&] {
    {
      WireWriter writer(report.data);
      if (group_) {
        runInGroup(task, mine, writer);
      } else {
        action().run(executor_.operatorOf(stage_.rdd), task, task.partition(), mine, writer);
      }
    }
    end = report.data.size();
  });
  if (!ok) return false;
  // No user code runs below: a task counts entirely or not at all.
  if (mine.merge == ExactMerge::none) {
    report.results.push_back({position, begin, end, 0});
  } else {
    exact.combine(mine);
  }
  return true;
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
  TaskContext task(*this, stage_.partitionAt(position), 0, attemptId(position, 0), ticksPerUpdate);
  std::optional<Bytes> combined;
  FailureRecord failure;
  if (attempt(task, position, report, failure, [&] { combined = action().combine(left, right); })) return combined;
  failure.attempts = 1;
  report.failures.push_back(std::move(failure));
  return std::nullopt;
}

}  // namespace seltzer::detail
