#include "worker/task_runner.hpp"

#include <new>

#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/engine/stage_failure.hpp>

namespace seltzer::detail {

int rankOf(const StageDescription& stage, std::size_t position, int ranks) {
  if (stage.placementPartitions == 0) return stage.ranks[position];
  return static_cast<int>(
      sliceBegin(stage.partitionAt(position), static_cast<std::size_t>(ranks), stage.placementPartitions));
}

Action& TaskRunner::action() {
  if (!action_) action_ = executor_.actionOf(stage_);
  return *action_;
}

void TaskRunner::run(StageReport& report, ExactValue& exact) {
  const int me = executor_.communicator().rank();
  const int ranks = executor_.communicator().size();
  for (std::size_t position = 0; position < stage_.size(); ++position) {
    if (rankOf(stage_, position, ranks) != me) continue;
    if (!runTask(position, report, exact)) return;
    if (stage_.treeScale == 0 && report.data.size() > executor_.resultLimit()) return;  // the job fails anyway
    executor_.progress().taskDone();
  }
}

bool TaskRunner::runTask(std::size_t position, StageReport& report, ExactValue& exact) {
  FailureRecord failure;
  const PhaseClock::Nanoseconds begin = phaseClock().enter(Phase::execute);
  while (failure.attempts < executor_.config().maxTaskFailures) {
    if (attemptTask(position, failure.attempts, report, exact, failure)) {
      phaseClock().current().tasks.add(phaseClock().enter(Phase::execute) - begin, stage_.partitionAt(position));
      return true;
    }
    ++failure.attempts;
    if (failure.nestedJob || failure.noRoom) break;
  }
  report.failures.push_back(std::move(failure));
  return false;
}

/// Calls `work` as part of `task`. If it throws, what it added to `report` and to accumulators is removed.
template <class Work>
bool TaskRunner::attempt(TaskContext& task, StageReport& report, FailureRecord& failure, Work&& work) {
  const std::size_t data = report.data.size();
  const std::size_t results = report.results.size();
  const std::size_t accumulators = report.accumulators.size();
  TaskContext::current_ = &task;
  try {
    work();
    TaskContext::current_ = nullptr;
    return true;
  } catch (const std::bad_alloc&) {
    abortOutOfMemory(executor_.communicator(),
                     task.operation == ofAction ? stage_.operation : executor_.operationOf(task.operation),
                     task.partition());
  } catch (...) {
    describeException(failure);
  }
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
  TaskContext task(stage_.partitionAt(position), attemptNumber, &executor_,
                   [](void* executor) { static_cast<Executor*>(executor)->progress().update(); });
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
  TaskContext task(stage_.partitionAt(position), 0, &executor_, [](void*) {});
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
