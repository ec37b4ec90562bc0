#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// What is to be called at the end of an attempt of a task.
class TaskListeners {
 public:
  using Completion = std::function<void(TaskContext&)>;
  using Failure = std::function<void(TaskContext&, const std::string&)>;

  /// `operation` is the RDD whose function adds it: errors name it.
  void add(Completion listener, RDDId operation) { completions_.push_back({std::move(listener), operation}); }
  void add(Failure listener, RDDId operation) { failures_.push_back({std::move(listener), operation}); }

  /// Whether one is left of those for failures, if the task `failed`, and for completion.
  bool hasNext(bool failed) const { return !completions_.empty() || (failed && !failures_.empty()); }

  /// Removes the last of those for failures, if the task failed, otherwise for completion, and calls it; `failure` is
  /// null if the task did not fail. Throws what the listener throws. It may add others.
  void callNext(TaskContext& task, const std::string* failure);

 private:
  template <class Function>
  struct Listener {
    Function call;
    RDDId operation;
  };

  std::vector<Listener<Completion>> completions_;
  std::vector<Listener<Failure>> failures_;
};

}  // namespace seltzer::detail
