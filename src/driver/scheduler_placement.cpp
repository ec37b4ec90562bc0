#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "driver/scheduler.hpp"
#include "worker/task_queue.hpp"

// The part of the scheduler that says which rank runs a task, and whether it may move.

namespace seltzer::detail {
namespace {

/// In a row whose jobs all took less than this, idle ranks do not ask other hosts for tasks.
constexpr PhaseClock::Nanoseconds worthAsking = 5'000'000;

/// The dependency on the parent that has the partition as one of its own; null if there is none.
const NarrowDependency* parentOf(const Lineage& rdd, std::size_t partition) {
  const auto& dependencies = rdd.dependencies;
  if (dependencies.empty() || dependencies.front()->isShuffle()) return nullptr;
  const auto narrow = [](const auto& dependency) -> const NarrowDependency& {
    return static_cast<const NarrowDependency&>(*dependency);
  };
  if (!narrow(dependencies.front()).isSideBySide()) {
    return narrow(dependencies.front()).isOneToOne() ? &narrow(dependencies.front()) : nullptr;
  }
  const auto after = std::ranges::upper_bound(
      dependencies, partition, {}, [&](const auto& dependency) { return narrow(dependency).children().begin; });
  return &narrow(*std::prev(after));
}

/// `rdd` or its nearest ancestor that is persisted, as long as each partition is computed from the parent's partition
/// of the same index; without one, the last RDD of that chain.
const Lineage& nearestStored(const Lineage& rdd) {
  const Lineage* nearest = &rdd;
  while (nearest->level == StorageLevel::NONE) {
    const NarrowDependency* next = parentOf(*nearest, 0);
    if (next == nullptr || !next->isOneToOne()) break;
    nearest = next->parent().get();
  }
  return *nearest;
}

/// The positions of a stage's tasks, those that read most first; empty if all read about the same or it is not known.
std::vector<std::uint64_t> largestFirst(const StageDescription& stage, const Lineage& rdd) {
  const Lineage* source = &rdd;
  while (!source->dependencies.empty()) {
    const NarrowDependency* next = parentOf(*source, 0);
    if (next == nullptr || !next->isOneToOne()) return {};
    source = next->parent().get();
  }
  if (source->inputBytes.empty()) return {};
  std::vector<std::uint64_t> order(stage.size());
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::uint64_t position) { return source->inputBytes[stage.partitionAt(position)]; });
  return order;
}

}  // namespace

/// Gives the tasks to the ranks that store what they read, and plans what they need there.
StagePlan Scheduler::planOf(StageDescription& stage, const Lineage& rdd) {
  std::vector<PartitionRequest> needs;
  needs.reserve(stage.size());
  const Lineage* const stored = displaced_.empty() ? nullptr : &nearestStored(rdd);
  for (std::size_t i = 0; i < stage.size(); ++i) {
    const std::size_t partition = stage.partitionAt(i);
    const int home = rdd.placement->rankOf(partition);
    needs.push_back({partition, stored == nullptr ? home : holderOf(*stored, partition, home)});
  }
  if (stored != nullptr) {
    stage.placementPartitions = 0;
    stage.ranks.clear();
    for (const PartitionRequest& need : needs) stage.ranks.push_back(need.rank);
  }
  StagePlan plan = Planner(blocks_).plan(rdd, std::move(needs));
  return plan.barriers.empty() ? plan : planTogether(stage, rdd, std::move(plan));
}

/// The rank that should run the task of a partition of `rdd`, or of an RDD that is computed from it one to one: a rank
/// that stores the partition it needs of the nearest stored ancestor; `home` if that is one of them, or none does.
int Scheduler::holderOf(const Lineage& rdd, std::size_t partition, int home) const {
  const Lineage* ancestor = &rdd;
  for (;;) {
    const BlockId block{ancestor->id, partition};
    if (ancestor->level != StorageLevel::NONE && blocks_.holder(block) >= 0) {
      return blocks_.holds(block, home) ? home : blocks_.holder(block);
    }
    const NarrowDependency* next = parentOf(*ancestor, partition);
    if (next == nullptr) return home;
    partition = next->parents(partition).begin;
    ancestor = next->parent().get();
  }
}

/// Sets whether and how the tasks of a stage that reads no blocks move.
void Scheduler::letMove(StageDescription& stage, const Lineage& rdd) const {
  const auto ranks = static_cast<std::size_t>(executor_.communicator().size());
  const TaskMoves moves = executor_.config().taskMoves;
  const bool isTest = moves == TaskMoves::atRandom || moves == TaskMoves::byMessage;
  const bool isWorth = isTest || (moves == TaskMoves::whenIdle && stage.size() > ranks);
  if (ranks == 1 || !isWorth || stage.size() > TaskClaims::mostTasks) return;
  const StatisticsRow& row = rows_[row_];
  const bool isLong = row.jobs == 0 || row.longest > worthAsking;
  stage.moves = Moves{moves == TaskMoves::byMessage || (severalHosts_ && isLong), largestFirst(stage, rdd)};
}

}  // namespace seltzer::detail
