#include <cstddef>
#include <cstdint>

#include "worker/task_runner.hpp"

// The part of the task runner that answers what a task asks.

namespace seltzer::detail {

void TaskRunner::update() {
  if (queue_ != nullptr) queue_->tick();
  executor_.progress().update();
}

const std::string* TaskRunner::localProperty(const std::string& key) const {
  const auto found = executor_.localProperties().find(key);
  return found == executor_.localProperties().end() ? nullptr : &found->second;
}

TaskMetrics TaskRunner::metrics() const {
  PhaseClock& clock = phaseClock();
  clock.enter(clock.phase());
  const PhaseRow& row = clock.current();
  TaskMetrics metrics;
  for (std::size_t i = 0; i < phaseCount; ++i) {
    metrics.phases[i] = {static_cast<double>(row.nanoseconds[i] - begin_->nanoseconds[i]) * 1e-9,
                         row.bytes[i] - begin_->bytes[i], row.records[i] - begin_->records[i]};
  }
  return metrics;
}

}  // namespace seltzer::detail
