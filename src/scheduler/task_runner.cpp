#include <cerrno>
#include <exception>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include <seltzer/net/exit_code.hpp>
#include <seltzer/scheduler/partition_slice.hpp>
#include <seltzer/scheduler/task_error.hpp>
#include <seltzer/scheduler/task_runner.hpp>

namespace seltzer::detail {

int rankOf(const StageDescription& stage, std::size_t position, int ranks) {
  if (stage.placementPartitions == 0) return stage.ranks[position];
  return static_cast<int>(
      sliceBegin(stage.partitionAt(position), static_cast<std::size_t>(ranks), stage.placementPartitions));
}

void TaskRunner::run(StageReport& report, ExactValue& exact) {
  const int me = executor_.communicator().rank();
  const int ranks = executor_.communicator().size();
  for (std::size_t position = 0; position < stage_.size(); ++position) {
    if (rankOf(stage_, position, ranks) != me) continue;
    if (!runTask(position, report, exact)) return;
    if (stage_.treeScale == 0 && report.data.size() > executor_.resultLimit()) return;  // nobody will see the rest
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
    if (failure.nestedJob) break;
  }
  report.failures.push_back(std::move(failure));
  return false;
}

bool TaskRunner::attemptTask(std::size_t position, std::size_t attempt, StageReport& report, ExactValue& exact,
                             FailureRecord& failure) {
  const std::size_t partition = stage_.partitionAt(position);
  const std::size_t begin = report.data.size();
  const std::size_t accumulatorValues = report.accumulators.size();
  TaskContext task(partition, attempt, &executor_,
                   [](void* executor) { static_cast<Executor*>(executor)->progress().update(); });
  ExactValue mine;
  TaskContext::current_ = &task;
  try {
    {
      WireWriter writer(report.data);
      action_.run(rdd_, task, partition, mine, writer);
    }
    TaskContext::current_ = nullptr;
    commit(position, begin, report, exact, mine);
    return true;
  } catch (const std::bad_alloc&) {
    executor_.communicator().abort(
        exitMemory,
        fmt::format("{}, partition {}: out of memory; use more ranks or nodes, more and smaller partitions, or "
                    "persist less",
                    task.operation == ofAction ? stage_.operation : executor_.operationOf(task.operation), partition));
  } catch (const NestedJobError& error) {
    failure.what = error.what();
    failure.nestedJob = true;
  } catch (const std::system_error& error) {
    failure.what = error.what();
    failure.diskFull = error.code() == std::errc::no_space_on_device || error.code().value() == EDQUOT;
  } catch (const std::exception& error) {
    failure.what = error.what();
  } catch (...) {
    failure.what = notAnException;
  }
  TaskContext::current_ = nullptr;
  failure.partition = partition;
  failure.operation = task.operation;
  report.data.resize(begin);
  report.accumulators.resize(accumulatorValues);
  executor_.accumulators().drain([](std::uint32_t, AccumulatorBase&) {});
  return false;
}

void TaskRunner::commit(std::size_t position, std::size_t begin, StageReport& report, ExactValue& exact,
                        const ExactValue& mine) {
  const std::size_t end = report.data.size();
  executor_.accumulators().drain([&](std::uint32_t id, AccumulatorBase& accumulator) {
    const std::size_t from = report.data.size();
    {
      WireWriter writer(report.data);
      accumulator.write(writer);
    }
    report.accumulators.push_back({position, from, report.data.size(), id});
  });
  // Nothing below throws for a reason of the user's: a task is counted wholly or not at all.
  if (mine.merge == ExactMerge::none) {
    report.results.push_back({position, begin, end, 0});
  } else {
    exact.combine(mine);
  }
}

}  // namespace seltzer::detail
