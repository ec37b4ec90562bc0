#pragma once

#include <cstddef>

#include <seltzer/detail/data/block/block_store.hpp>

namespace seltzer {

namespace detail {
class TaskRunner;

/// Stands for the job's action among RDDs.
inline constexpr RDDId ofAction = ~RDDId{0};
}  // namespace detail

/// The task that is running on this rank.
class TaskContext {
 public:
  /// Null outside tasks.
  static TaskContext* current() { return current_; }

  /// The index of the partition that the task computes.
  std::size_t partition() const { return partition_; }

  /// 0 for the first attempt.
  std::size_t attempt() const { return attempt_; }

  /// @cond
  // Sources call this with every batch, so that progress shows inside long tasks too.
  void tick() {
    if (++ticks_ % ticksPerUpdate == 0) update_(executor_);
  }

  // The RDD whose function is running, or `ofAction`; operators set it before they call one, so that an error can name
  // it.
  detail::RDDId operation = detail::ofAction;
  /// @endcond

 private:
  friend class detail::TaskRunner;
  using Update = void (*)(void* executor);
  static constexpr std::size_t ticksPerUpdate = 256;

  TaskContext(std::size_t partition, std::size_t attempt, void* executor, Update update)
      : partition_(partition), attempt_(attempt), executor_(executor), update_(update) {}

  inline static TaskContext* current_ = nullptr;
  std::size_t partition_;
  std::size_t attempt_;
  std::size_t ticks_ = 0;
  void* executor_;
  Update update_;
};

}  // namespace seltzer
