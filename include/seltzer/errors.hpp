#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <system_error>

/// @file
/// The exceptions of operations, besides std::invalid_argument for arguments that are wrong whatever the data. The
/// context stays usable after each of them.

namespace seltzer {

/// Where and how the last attempt of a task failed.
struct TaskFailure {
  int rank = 0;               ///< that ran the last attempt
  std::string host;           ///< of that rank
  std::size_t partition = 0;  ///< that the task was to compute
  std::string operation;      ///< such as "map"
  std::string callSite;       ///< such as "pi.cpp:42"
  std::size_t attempts = 0;   ///< made, up to `--seltzer-max-task-failures`
  std::string what;           ///< the message of the last attempt's exception, after its type if that tells more
  bool diskFull = false;      ///< that exception was a std::system_error for a full disk
  bool noRoom = false;        ///< it was a MemoryError, or the scratch file failed: then there is one attempt
};

/// A task failed in every attempt: a user's function threw, or data could not be read or written. The context stays
/// usable.
class TaskError : public std::runtime_error {
 public:
  /// Made by the job that failed.
  explicit TaskError(TaskFailure failure);

  /// The parts of `what()`.
  const TaskFailure& failure() const { return failure_; }

 private:
  TaskFailure failure_;
};

/// A value is larger than the memory that a rank has for data, so that it cannot be moved: thrown by
/// `Context::broadcast`, and inside of tasks, where an element of a shuffle is too large. If it, or the TaskError that
/// it becomes in a task, leaves the driver function, `run` returns exitMemory.
class MemoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An RDD was created, or an action called, inside a user's function on a rank.
class NestedJobError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// An action that needs at least one element found none.
class EmptyRDDError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A function captured an address (a reference, a pointer, `this`), which is meaningless on another rank. Capture by
/// value; pass objects by `with` or a Broadcast.
class CaptureError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// An error for the program's user to fix, not its author: a missing input, an output that exists. If it leaves the
/// driver function, `run` prints it and returns exitUsage; programs may throw it for their own arguments.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// An output directory cannot be created, as in a read-only one; `code()` is the system's reason. If it leaves the
/// driver function, `run` returns exitMemory for a full disk and exitUsage otherwise.
class OutputError : public std::system_error {
 public:
  /// `what()` is `doing` with the reason.
  OutputError(const std::error_code& error, const std::string& doing)
      : std::system_error(error, doing), doing_(doing) {}

  /// What was attempted, without the reason.
  const std::string& doing() const { return doing_; }

 private:
  std::string doing_;
};

/// The results of an action exceed `--seltzer-max-result-size`, and were not sent. The context stays usable.
class ResultSizeError : public std::runtime_error {
 public:
  /// Made by the action.
  ResultSizeError(const std::string& what, std::size_t bytes) : std::runtime_error(what), bytes_(bytes) {}

  /// The size of the results when the job was stopped; the whole result may be larger.
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

/// Rank 0 received SIGUSR1, which batch systems send when the time limit is near. Thrown by an action before its next
/// stage, once for each signal. The context stays usable: catch it to save results, then rethrow it, so that the
/// program ends with exit code 85 and can be requeued.
class TimeLimitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes could not be decoded: truncated, damaged, or written as another type. The message says what was being read
/// and, if bytes are missing, how many were needed and how many left.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The exit codes of `run`. A driver function may return others.
enum ExitCode : int {
  exitDone = 0,       ///< the driver returned
  exitDriver = 1,     ///< the driver threw
  exitUsage = 2,      ///< a bad option, a missing input, an output that exists, a launch that cannot work
  exitTask = 3,       ///< a task failed in every attempt, or a rank could not continue
  exitMemory = 4,     ///< out of memory or disk
  exitRequeue = 85,   ///< the time limit was near: requeue the job
  exitRankLost = 205  ///< a rank fell silent; also mpirun's own code for a lost host
};

}  // namespace seltzer
