#include "driver/planner.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "worker/stack_limit.hpp"

namespace seltzer::detail {

namespace {

/// An RDD still to be visited, and which of its partitions are needed.
struct Pending {
  const Lineage* rdd = nullptr;
  std::vector<PartitionRequest> needs;
  std::size_t depth = 0;  // of the longest chain of operators on top of it
};

/// Children before parents: an RDD is visited after all that need it.
using PendingRDDs = std::map<RDDId, Pending, std::greater<>>;

/// Adds to `wanted` what `needs`, which are sorted, require of the dependency's parent.
void addRequests(const NarrowDependency& dependency, const std::vector<PartitionRequest>& needs,
                 std::vector<PartitionRequest>& wanted) {
  const PartitionRange children = dependency.children();
  auto need = std::ranges::lower_bound(needs, children.begin, {}, &PartitionRequest::partition);
  if (need == needs.end() || need->partition >= children.end) return;
  for (; need != needs.end() && need->partition < children.end; ++need) {
    const PartitionRange parents = dependency.parents(need->partition);
    for (std::size_t p = parents.begin; p < parents.end; ++p) wanted.push_back({p, need->rank});
  }
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
}

/// For the last of several parents side by side: moves from `needs`, which are sorted, to `wanted` what they require of
/// it. Needs that all concern one parent are not copied, so nested unions cost no more than a flat one.
void moveRequests(const NarrowDependency& dependency, std::vector<PartitionRequest>& needs,
                  std::vector<PartitionRequest>& wanted) {
  const std::size_t first = dependency.children().begin;
  const auto begin = std::ranges::lower_bound(needs, first, {}, &PartitionRequest::partition);
  std::vector<PartitionRequest> moved;
  if (begin == needs.begin()) {
    moved = std::exchange(needs, {});
  } else {
    moved.assign(begin, needs.end());
    needs.erase(begin, needs.end());
  }
  if (first > 0) {
    for (PartitionRequest& need : moved) need.partition -= first;
  }
  if (wanted.empty()) {
    wanted = std::move(moved);
    return;
  }
  wanted.insert(wanted.end(), moved.begin(), moved.end());
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
}

/// Passes the needs of an RDD on to the parents of its narrow dependencies, the last parent first.
void visitParents(Pending& child, PendingRDDs& pending) {
  const auto& dependencies = child.rdd->dependencies;
  for (auto dependency = dependencies.rbegin(); dependency != dependencies.rend(); ++dependency) {
    if ((*dependency)->isShuffle()) continue;
    const auto& narrow = static_cast<const NarrowDependency&>(**dependency);
    Pending& parent = pending[narrow.parent()->id];
    parent.rdd = narrow.parent().get();
    parent.depth = std::max(parent.depth, child.depth + 1);
    if (narrow.isSideBySide()) {
      moveRequests(narrow, child.needs, parent.needs);
    } else if (narrow.isOneToOne() && parent.needs.empty() && dependencies.size() == 1) {
      parent.needs = std::move(child.needs);
    } else {
      addRequests(narrow, child.needs, parent.needs);
    }
  }
}

}  // namespace

StagePlan Planner::plan(const Lineage& rdd, std::vector<PartitionRequest> needs) const {
  StagePlan plan;
  std::ranges::sort(needs);
  PendingRDDs pending;
  pending.emplace(rdd.id, Pending{&rdd, std::move(needs), 0});
  while (!pending.empty()) {
    Pending next = std::move(pending.begin()->second);
    pending.erase(pending.begin());
    if (next.rdd->source || next.rdd->level != StorageLevel::NONE) {
      const std::size_t needed = next.needs.size();
      resolve(*next.rdd, next.needs, plan);
      if (next.needs.size() < needed && !next.needs.empty()) plan.partlyStored.push_back(next.rdd);
      if (next.needs.size() < needed && !useDisk(next.rdd->level)) plan.read.push_back(next.rdd->id);
    }
    if (next.needs.empty()) continue;
    if (next.depth >= deepestPipeline) {
      throw std::length_error(fmt::format(
          "a chain of {} RDDs that are all computed on the fly is too long: persist or checkpoint one in between, and run "
          "an action on that one first",
          next.depth));
    }
    if (next.rdd->isBarrier) plan.barriers.push_back({next.rdd, next.needs});
    if (const ShuffleDependency* shuffle = next.rdd->shuffle()) resolveShuffle(*next.rdd, *shuffle, next.needs, plan);
    visitParents(next, pending);
  }
  if (!plan.missing.empty()) plan.transfers.clear();
  return plan;
}

void Planner::resolve(const Lineage& rdd, std::vector<PartitionRequest>& needs, StagePlan& plan) const {
  if (rdd.source && rdd.source->goesToAllRanks()) {
    needs.clear();
    return;
  }
  std::erase_if(needs, [&](const PartitionRequest& need) {
    const BlockId block{rdd.id, need.partition};
    const bool isThere = (rdd.source && need.rank == 0)  // the driver reads its own sources in place
                         || blocks_.holds(block, need.rank);
    const int holder = isThere ? need.rank : rdd.source ? 0 : blocks_.holder(block);
    if (holder < 0) return false;
    plan.readsBlocks = true;
    if (!isThere) plan.transfers.push_back({block, holder, need.rank, rdd.source != nullptr});
    return true;
  });
}

void Planner::resolveShuffle(const Lineage& rdd, const ShuffleDependency& shuffle,
                             const std::vector<PartitionRequest>& needs, StagePlan& plan) const {
  if (!blocks_.complete(shuffle.id(), rdd.partitions)) {
    plan.missing.push_back(&rdd);
    return;
  }
  plan.readsBlocks = true;
  for (const PartitionRequest& need : needs) {
    const BlockId block{shuffle.id(), need.partition};
    if (!blocks_.holds(block, need.rank)) {
      plan.transfers.push_back({block, blocks_.holder(block), need.rank, false});
    }
  }
}

std::vector<std::shared_ptr<Lineage>> unsentLineage(const std::shared_ptr<Lineage>& rdd) {
  std::vector<std::shared_ptr<Lineage>> unsent;
  if (rdd->sent()) return unsent;
  std::unordered_set<RDDId> seen{rdd->id};
  std::vector<std::shared_ptr<Lineage>> pending{rdd};
  while (!pending.empty()) {
    auto next = std::move(pending.back());
    pending.pop_back();
    for (const auto& dependency : next->dependencies) {
      const auto& parent = dependency->parent();
      if (!parent->sent() && seen.insert(parent->id).second) pending.push_back(parent);
    }
    unsent.push_back(std::move(next));
  }
  std::ranges::sort(unsent, {}, [](const auto& lineage) { return lineage->id; });
  return unsent;
}

}  // namespace seltzer::detail
