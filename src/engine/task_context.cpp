#include <stdexcept>
#include <utility>

#include <seltzer/task_context.hpp>

#include "engine/task_host.hpp"
#include "engine/task_listeners.hpp"

namespace seltzer {

double TaskMetrics::seconds() const {
  double sum = 0;
  for (const PhaseMetrics& phase : phases) sum += phase.seconds;
  return sum;
}

TaskContext::TaskContext(detail::TaskHost& host, std::size_t partition, std::size_t attempt, std::uint64_t attemptId,
                         std::size_t ticksPerUpdate)
    : host_(host),
      partition_(partition),
      attempt_(attempt),
      attemptId_(attemptId),
      ticksPerUpdate_(ticksPerUpdate),
      ticksLeft_(ticksPerUpdate) {}

TaskContext::~TaskContext() = default;

TaskContext& TaskContext::get() {
  if (current_ != nullptr) return *current_;
  throw std::logic_error(
      "TaskContext::get: no task is running here; call it in a function that a task calls, such as that of map, or use "
      "TaskContext::current(), which is null outside tasks");
}

std::uint64_t TaskContext::stageId() const {
  return host_.stageId();
}

std::size_t TaskContext::stageAttemptNumber() const {
  return host_.stageAttempt();
}

std::size_t TaskContext::numPartitions() const {
  return host_.numPartitions();
}

int TaskContext::rank() const {
  return host_.rank();
}

int TaskContext::localRank() const {
  return host_.localRank();
}

const std::string& TaskContext::host() const {
  return host_.host();
}

std::optional<std::string> TaskContext::getLocalProperty(const std::string& key) const {
  const std::string* value = host_.localProperty(key);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

TaskContext& TaskContext::addTaskCompletionListener(std::function<void(TaskContext&)> listener) {
  if (!listener) throw std::invalid_argument("TaskContext::addTaskCompletionListener: the function is empty");
  listeners().add(std::move(listener), operation);
  return *this;
}

TaskContext& TaskContext::addTaskFailureListener(std::function<void(TaskContext&, const std::string&)> listener) {
  if (!listener) throw std::invalid_argument("TaskContext::addTaskFailureListener: the function is empty");
  listeners().add(std::move(listener), operation);
  return *this;
}

TaskMetrics TaskContext::taskMetrics() const {
  return host_.metrics();
}

const std::map<std::string, ResourceInformation>& TaskContext::resources() const {
  return host_.resources();
}

void TaskContext::update() {
  ticksLeft_ = ticksPerUpdate_;
  host_.update();
}

detail::TaskListeners& TaskContext::listeners() {
  if (!listeners_) listeners_ = detail::makeUnique<detail::TaskListeners>();
  return *listeners_;
}

}  // namespace seltzer
