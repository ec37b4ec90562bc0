#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <system_error>

/// @file
/// What operations throw, beside std::invalid_argument for arguments that no data can make right. The context stays
/// usable after each of them.

namespace seltzer {

/// Where and how a task failed for good.
struct TaskFailure {
  int rank = 0;               ///< that ran the last attempt
  std::string host;           ///< of that rank
  std::size_t partition = 0;  ///< that the task was to compute
  std::string operation;      ///< such as "map"
  std::string callSite;       ///< such as "pi.cpp:42"
  std::size_t attempts = 0;   ///< as many as `--seltzer-max-task-failures` allows
  std::string what;           ///< of the last attempt's exception
  bool diskFull = false;      ///< it was a std::system_error that says so
};

/// A user's function threw in every attempt of a task. The context stays usable.
class TaskError : public std::runtime_error {
 public:
  /// Made by the job that failed.
  explicit TaskError(TaskFailure failure);

  /// What `what()` says, for a program.
  const TaskFailure& failure() const { return failure_; }

 private:
  TaskFailure failure_;
};

/// An RDD was created, or an action called, inside a user's function on a rank.
class NestedJobError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// An action that needs an element found none.
class EmptyRDDError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A function captured an address (by reference, a pointer, `this`), which means nothing on another rank.
class CaptureError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// What the user of a program has to mend, not its author: an input that is missing, an output that exists. Where it
/// leaves the driver function, `run` prints it and returns exitUsage; programs may throw it for their own arguments.
class UsageError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// An output folder cannot be made, as in a folder that is read-only; `code` is the system's reason. Where it leaves
/// the driver function, `run` returns exitMemory for a full disk and exitUsage for all else.
class OutputError : public std::system_error {
 public:
  /// `what` gets the reason.
  OutputError(const std::error_code& error, const std::string& doing)
      : std::system_error(error, doing), doing_(doing) {}

  /// What failed, without the reason.
  const std::string& doing() const { return doing_; }

 private:
  std::string doing_;
};

/// What an action would bring to the driver is larger than `--seltzer-max-result-size`; it was not sent. The context
/// stays usable.
class ResultSizeError : public std::runtime_error {
 public:
  /// Made by the action.
  ResultSizeError(const std::string& what, std::size_t bytes) : std::runtime_error(what), bytes_(bytes) {}

  /// How much the ranks had when they gave up; the whole result may be larger.
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

/// SIGUSR1 has reached rank 0, which batch systems send when the time limit is near: thrown by an action before its
/// next stage, once for each signal. The context stays usable: catch it to save what there is, and throw it on, so that
/// the program ends with exit code 85 and can be requeued.
class TimeLimitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes that were to be read as values are not what a writer of these values can have written: cut short, damaged, or
/// written as another type. The message says what was being read and, where bytes are missing, how many were wanted and
/// left.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a program that ends through `run` returns to its launcher.
enum ExitCode : int {
  exitDone = 0,       ///< the driver returned
  exitDriver = 1,     ///< the driver threw
  exitUsage = 2,      ///< a bad option, an input that is missing, an output that exists, a start that cannot work
  exitTask = 3,       ///< a task failed for good, or a rank could not go on
  exitMemory = 4,     ///< out of memory or disk
  exitRequeue = 85,   ///< the time limit is near: to be requeued
  exitRankLost = 205  ///< a rank fell silent; mpirun itself says so of a host that is lost
};

}  // namespace seltzer
