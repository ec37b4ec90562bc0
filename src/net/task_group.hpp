#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/communicator.hpp>

namespace seltzer::detail {

class UserCommunicator;

/// The tasks of one attempt of a barrier stage, one a rank, as one of them sees the others.
///
/// What they do together goes up a binary tree of their numbers and down again, by messages that are polled for, so
/// that a task that waits hears of one that failed. A task that fails tells each other one; those answer once they have
/// ended. Every message names the attempt: one that is left over from an earlier attempt is dropped.
///
/// An attempt: 1. operations, 2. `fail` if the task threw, 3. `end`, 4. `answer` until all ranks are here, 5. `close`.
class TaskGroup {
 public:
  /// What tasks do together. They must do it in the same order.
  enum class Operation : std::uint32_t { barrier, allGather, communicator };

  /// `ranks` are those of the tasks, of which this is number `me`. No other attempt has the same `attempt`. `limit`:
  /// how long a task that failed waits for others that may be in MPI calls; 0: forever.
  TaskGroup(Communicator& communicator, std::vector<int> ranks, std::size_t me, std::uint64_t attempt,
            std::chrono::seconds limit);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  const std::vector<int>& ranks() const { return ranks_; }
  const std::string& hostOf(std::size_t task) const { return communicator_.hostOf(ranks_[task]); }

  /// **Collective** over the tasks, as the next two. Throws std::runtime_error if another task failed, and
  /// std::logic_error if one ended, or is in another operation.
  void barrier();

  /// The messages of all tasks, in their order.
  std::vector<std::string> allGather(std::string_view message);

  /// Writes to the MPI_Comm at `into` the communicator of the tasks, made by the first call. Its errors are noted for
  /// `requireNoMpiError`.
  void copyCommunicator(void* into);

  /// Completes the MPI_Request at `request`. Throws std::runtime_error if that fails, or if another task failed; then
  /// `buffers` are kept until the program ends, since MPI may still write to them.
  void wait(void* request, std::shared_ptr<const void> buffers);

  /// Throws std::runtime_error with MPI's text if a call with the communicator failed.
  void requireNoMpiError() const;

  /// Tells the others that this task failed, unless one of them failed before.
  void fail(std::string_view what);

  /// Whether the task failed by itself, not because another one had.
  bool isCause() const { return failedAt_.has_value(); }

  /// The task has ended, well or not.
  void end();

  /// After `end`, again and again: answers the others. Ends the program if this task failed longer ago than the limit,
  /// and another one that has the communicator has not ended.
  void answer();

  /// Once the tasks on all ranks have ended. Frees the communicator if all have succeeded; otherwise it may have
  /// pending operations, and stays until the program ends.
  void close(bool succeeded);

 private:
  enum class Kind : std::uint32_t {
    arrive,   // to the parent, with the messages of the tasks below
    release,  // to a child, with those of all tasks
    failed,   // to each other task, with the error
    ended,    // to a task that failed
    left,     // ended well, to the parent and to a child that arrives too late
  };
  struct Head {
    std::uint64_t attempt;
    std::uint64_t sender;
    Kind kind;
    Operation operation;
  };
  struct Arrival {
    Operation operation;
    Bytes payload;
  };
  struct Failure {
    std::size_t task;
    std::string what;
  };

  bool isTogether(std::size_t task) const { return task < ranks_.size(); }
  std::size_t parent() const { return (me_ - 1) / 2; }
  std::size_t child(std::size_t index) const { return 2 * me_ + 1 + index; }
  Bytes synchronize(Operation operation, Bytes payload);
  Bytes messageOf(Kind kind, Operation operation, ByteView payload) const;
  void post(std::size_t task, Kind kind, Operation operation, ByteView payload);
  void receive();
  void handle(ByteView message);
  void throwIfFailed(const char* operation) const;
  [[noreturn]] void throwLeft(Operation operation, std::size_t task) const;
  std::string tasksThatRun() const;

  Communicator& communicator_;
  const std::vector<int> ranks_;
  const std::size_t me_;
  const std::uint64_t attempt_;
  const std::chrono::seconds limit_;
  std::array<std::optional<Arrival>, 2> arrivals_;  // of the children, in the operation that they are in
  std::array<bool, 2> childLeft_{};
  std::optional<Bytes> release_;
  bool parentLeft_ = false;
  std::vector<Failure> failures_;  // of others
  std::vector<bool> hasEnded_;     // by task, as they told this one, which failed
  std::optional<std::chrono::steady_clock::time_point> failedAt_;
  std::string what_;  // of this task's failure
  bool ended_ = false;
  std::unique_ptr<UserCommunicator> user_;  // null until it is asked for
};

}  // namespace seltzer::detail
