#include <cstddef>
#include <stdexcept>
#include <utility>

#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/task_context.hpp>

#include "engine/task_host.hpp"
#include "net/task_group.hpp"

namespace seltzer {

using detail::PhaseScope;

BarrierTaskContext::BarrierTaskContext(detail::TaskHost& host, detail::TaskGroup& group, std::size_t partition,
                                       std::size_t attempt, std::uint64_t attemptId, std::size_t ticksPerUpdate)
    : TaskContext(host, partition, attempt, attemptId, ticksPerUpdate), group_(group) {
  isBarrier_ = true;
}

BarrierTaskContext& BarrierTaskContext::get() {
  TaskContext* task = current();
  if (task != nullptr && task->isBarrier()) return static_cast<BarrierTaskContext&>(*task);
  throw std::logic_error(
      "BarrierTaskContext::get: no task of a barrier stage is running here; call it in a function of "
      "rdd.barrier().mapPartitions(f)");
}

void BarrierTaskContext::barrier() {
  const PhaseScope waiting(Phase::wait);
  group_.barrier();
}

std::vector<std::string> BarrierTaskContext::allGather(const std::string& message) {
  const PhaseScope waiting(Phase::wait);
  return group_.allGather(message);
}

std::vector<BarrierTaskInfo> BarrierTaskContext::getTaskInfos() const {
  std::vector<BarrierTaskInfo> tasks;
  for (std::size_t task = 0; task < group_.ranks().size(); ++task) {
    tasks.push_back({group_.ranks()[task], group_.hostOf(task)});
  }
  return tasks;
}

void BarrierTaskContext::copyCommunicator(void* into) {
  const PhaseScope waiting(Phase::wait);
  group_.copyCommunicator(into);
}

void BarrierTaskContext::waitFor(void* request, std::shared_ptr<const void> buffers) {
  const PhaseScope waiting(Phase::wait);
  group_.wait(request, std::move(buffers));
}

}  // namespace seltzer
