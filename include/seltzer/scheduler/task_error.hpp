#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace seltzer {

/// Where and how a task failed for good.
struct TaskFailure {
  int rank = 0;
  std::string host;
  std::size_t partition = 0;
  std::string operation;  ///< such as "map"
  std::string callSite;   ///< such as "pi.cpp:42"
  std::size_t attempts = 0;
  std::string what;       ///< of the last attempt's exception
  bool diskFull = false;  ///< it was a std::system_error that says so
};

/// A user's function threw in every attempt of a task. The context stays usable.
class TaskError : public std::runtime_error {
 public:
  explicit TaskError(TaskFailure failure);
  const TaskFailure& failure() const { return failure_; }

 private:
  TaskFailure failure_;
};

/// An RDD was created, or an action called, inside a user's function on a rank.
class NestedJobError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace seltzer
