#include "engine/task_listeners.hpp"

namespace seltzer::detail {

void TaskListeners::callNext(TaskContext& task, const std::string* failure) {
  const auto call = [&task](auto& listeners, const auto&... arguments) {
    const auto last = std::move(listeners.back());
    listeners.pop_back();
    task.operation = last.operation;
    last.call(task, arguments...);
  };
  if (failure != nullptr && !failures_.empty()) {
    call(failures_, *failure);
  } else {
    call(completions_);
  }
}

}  // namespace seltzer::detail
