#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include <seltzer/config.hpp>

#include "net/node_shared_words.hpp"
#include "protocol/command.hpp"
#include "worker/task_requests.hpp"

namespace seltzer::detail {

/// The ranks' claims on the tasks of a stage, in a word for each rank of the node: which of the rank's tasks nobody has
/// begun. A rank takes its own from the front and, when it has none left, those of the rank with most left from the
/// back. What a word says is of one stage; the first rank that finds an older one renews it.
class TaskClaims {
 public:
  /// **Collective.**
  TaskClaims(Communicator& communicator, TaskMoves moves);
  TaskClaims(const TaskClaims&) = delete;
  TaskClaims& operator=(const TaskClaims&) = delete;

  /// **Collective.** Frees the shared memory.
  void free() { words_.free(); }

  /// More tasks than this of one rank cannot be claimed.
  static constexpr std::size_t mostTasks = (std::size_t{1} << 24) - 1;

 private:
  friend class TaskQueue;

  NodeSharedWords words_;
  bool atRandom_;
  std::minstd_rand random_;
  std::uint16_t stage_ = 0;  // counts the stages whose tasks may move, on every rank alike
};

/// The tasks of a stage for one rank: its own and, with claims, those that other ranks have not begun, first of its
/// node.
class TaskQueue {
 public:
  /// Without claims if `claims` is null.
  TaskQueue(const StageDescription& stage, Communicator& communicator, TaskClaims* claims);

  /// The position of a task that nobody else runs; nothing if there is none.
  std::optional<std::size_t> next();

  /// Whether the last one was another rank's.
  bool isMoved() const { return moved_; }

  /// Whether others began tasks of this rank, once there is no next one.
  bool lostTasks() const { return own_ < mine_.size(); }

  /// For a task that runs to call now and then: answers other hosts.
  void tick() {
    if (requests_) requests_->answerSometimes();
  }

  /// Whether other hosts may ask.
  bool answers() const { return requests_.has_value(); }

  /// Drops the tasks that nobody but this rank would begin: the stage fails anyway.
  void abandon();

  /// **Collective** if the stage's ranks ask other hosts. To be called once there is no next task, or after `abandon`.
  void finish() {
    if (requests_) requests_->finish();
  }

 private:
  using Positions = std::vector<std::size_t>;

  std::optional<std::size_t> take();
  Positions positionsOf(int rank) const;
  const Positions& positionsOfMember(std::size_t member);
  bool mayTakeOthers();
  std::optional<std::size_t> takeMine();
  Positions takeFrom(std::size_t member, std::size_t most);
  std::optional<std::size_t> takeFromFullest();
  Positions give();
  std::size_t fullest();
  std::optional<std::size_t> takeAtRandom();
  std::size_t left(std::size_t member);
  std::uint64_t current(std::size_t member);

  const StageDescription& stage_;
  int ranks_;
  TaskClaims* claims_;
  std::optional<TaskRequests> requests_;
  Positions mine_;                           // of this rank's tasks, in the stage
  std::map<std::size_t, Positions> others_;  // of other members of the node
  Positions given_;                          // by another host
  std::size_t me_ = 0;                       // the member that is this rank
  std::size_t next_ = 0;                     // of `mine_`, without claims
  std::size_t own_ = 0;                      // how many of `mine_` began here
  PhaseClock::Nanoseconds begin_ = 0;        // with claims
  bool moved_ = false;
};

/// The rank that a task is meant for: the one that runs it, unless it moves.
int rankOf(const StageDescription& stage, std::size_t position, int ranks);

}  // namespace seltzer::detail
