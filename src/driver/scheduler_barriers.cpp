#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/errors.hpp>

#include "driver/scheduler.hpp"

// The part of the scheduler that plans barrier stages, whose tasks run at once.

namespace seltzer::detail {
namespace {

/// Whether the stage has one task for each partition of its RDD.
bool hasAllPartitions(const StageDescription& stage) {
  if (stage.partitions.empty()) return true;
  const std::unordered_set<std::uint64_t> distinct(stage.partitions.begin(), stage.partitions.end());
  return stage.size() == stage.allPartitions() && distinct.size() == stage.size();
}

/// Throws UsageError unless the stage has one task for each partition of each of its barrier RDDs.
void requireOneTaskEach(const StageDescription& stage, const StagePlan& plan, const std::string& label) {
  for (const auto& [rdd, needs] : plan.barriers) {
    const std::string made = fmt::format("{} at {}", rdd->operation, toString(rdd->where));
    if (!hasAllPartitions(stage)) {
      throw UsageError(fmt::format(
          "{}: this job does not read each partition once, but the tasks of the barrier stage of {} must all run at once: use "
          "an action on all of them, such as collect, or persist the RDD and run one first",
          label, made));
    }
    std::unordered_set<std::size_t> partitions;
    std::unordered_set<int> ranks;
    for (const PartitionRequest& need : needs) {
      partitions.insert(need.partition);
      ranks.insert(need.rank);
    }
    const std::size_t expected = rdd->partitions;
    if (stage.size() == expected && needs.size() == expected && partitions.size() == expected &&
        ranks.size() == expected) {
      continue;
    }
    throw UsageError(fmt::format(
        "{}: in a barrier stage each task computes one partition of {}, at the same time as all others; an operation "
        "after it combines or repeats partitions ({} tasks for {} partitions), as union_, coalesce and cartesian do: "
        "put a shuffle such as repartition in between, or persist the RDD and run an action on it first",
        label, made, stage.size(), expected));
  }
}

}  // namespace

/// Drops what the ranks store of a persisted RDD, which the next stage stores again.
void Scheduler::forgetStored(const Lineage& rdd) {
  blocks_.erase(rdd.id);
  displaced_.erase(rdd.id);
  storage_.emplace_back(rdd.id, StorageDescription{});
  storage_.emplace_back(rdd.id, StorageDescription{rdd.level, rdd.storage, rdd.checkpointFolder});
}

/// The plan of a stage that computes RDDs of `barrier`: each task is on a rank of its own, and none finds its partition
/// stored while another must compute its own, or the one would wait for the other forever.
StagePlan Scheduler::planTogether(StageDescription& stage, const Lineage& rdd, StagePlan plan) {
  const std::string& label = rows_[row_].label;
  if (!hasAllPartitions(stage)) requireOneTaskEach(stage, plan, label);
  stage.isBarrier = true;
  stage.ranks.clear();
  stage.placementPartitions = std::max<std::size_t>(stage.allPartitions(), 1);
  const auto placement = Placement::blocks(stage.allPartitions(), executor_.communicator().size());
  std::vector<PartitionRequest> needs;
  for (std::size_t p = 0; p < stage.allPartitions(); ++p) needs.push_back({p, placement->rankOf(p)});
  for (;;) {
    plan = Planner(blocks_).plan(rdd, needs);
    const auto first =
        std::ranges::min_element(plan.barriers, {}, [](const BarrierRequest& barrier) { return barrier.rdd->id; });
    std::erase_if(plan.partlyStored, [input = first->rdd->id](const Lineage* stored) {
      return stored->id < input || stored->isLocalCheckpoint || stored->source;
    });
    if (plan.partlyStored.empty()) break;
    for (const Lineage* stored : plan.partlyStored) forgetStored(*stored);
  }
  requireOneTaskEach(stage, plan, label);
  return plan;
}

}  // namespace seltzer::detail
