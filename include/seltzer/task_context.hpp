#pragma once

#include <cstddef>

#include <seltzer/detail/data/block/block_id.hpp>

namespace seltzer {

namespace detail {
class TaskRunner;

/// Denotes the job's action where an RDD id is expected.
inline constexpr RDDId ofAction = ~RDDId{0};
}  // namespace detail

/// The task that is running on this rank, for a user's function to ask.
class TaskContext {
 public:
  /// The running task; null outside tasks.
  static TaskContext* current() { return current_; }

  /// The index of the partition that the task computes, among those of the job's or the shuffle's RDD.
  std::size_t partition() const { return partition_; }

  /// The number of this attempt, from 0.
  std::size_t attempt() const { return attempt_; }

  /// @cond
  // Sources call this for every batch, so that long tasks report progress, too.
  void tick() {
    if (--ticksLeft_ > 0) return;
    ticksLeft_ = ticksPerUpdate_;
    update_(runner_);
  }

  // The RDD whose function is running, or `ofAction`; set by operators before they call it, so that errors can name it.
  detail::RDDId operation = detail::ofAction;
  /// @endcond

 private:
  friend class detail::TaskRunner;
  using Update = void (*)(void* runner);

  TaskContext(std::size_t partition, std::size_t attempt, void* runner, Update update, std::size_t ticksPerUpdate)
      : partition_(partition),
        attempt_(attempt),
        ticksPerUpdate_(ticksPerUpdate),
        ticksLeft_(ticksPerUpdate),
        runner_(runner),
        update_(update) {}

  inline static TaskContext* current_ = nullptr;
  std::size_t partition_;
  std::size_t attempt_;
  std::size_t ticksPerUpdate_;
  std::size_t ticksLeft_;
  void* runner_;
  Update update_;
};

}  // namespace seltzer
