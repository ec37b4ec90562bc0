#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <unordered_set>

#include <fmt/format.h>

#include <seltzer/scheduler/planner.hpp>
#include <seltzer/scheduler/stack_limit.hpp>

namespace seltzer::detail {

std::vector<Transfer> Planner::transfersFor(const Lineage& rdd, std::vector<Need> needs) const {
  struct Pending {
    const Lineage* rdd;
    std::vector<Need> needs;
  };
  std::vector<Transfer> transfers;
  std::map<RDDId, Pending, std::greater<>>
      pending;  // children before parents: all needs of an RDD are known when its turn comes
  pending.emplace(rdd.id, Pending{&rdd, std::move(needs)});
  std::size_t visited = 0;
  while (!pending.empty()) {
    Pending next = std::move(pending.begin()->second);
    pending.erase(pending.begin());
    if (next.rdd->source || next.rdd->level != StorageLevel::NONE) resolve(*next.rdd, next.needs, transfers);
    if (next.needs.empty()) continue;
    if (++visited > deepestPipeline) {
      throw std::length_error(fmt::format(
          "a job on {} RDDs that are all computed on the fly: persist or checkpoint one in between", visited));
    }
    for (const auto& dependency : next.rdd->dependencies) {
      const auto& narrow = static_cast<const NarrowDependency&>(*dependency);
      const Lineage* parent = narrow.parent().get();
      std::vector<Need>& wanted = pending.try_emplace(parent->id, Pending{parent, {}}).first->second.needs;
      if (narrow.isOneToOne() && wanted.empty() && next.rdd->dependencies.size() == 1) {
        wanted = std::move(next.needs);
        break;
      }
      for (const Need& need : next.needs) {
        const PartitionRange parents = narrow.parents(need.partition);
        for (std::size_t p = parents.begin; p < parents.end; ++p) wanted.push_back({p, need.rank});
      }
      std::ranges::sort(wanted);
      wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    }
  }
  return transfers;
}

void Planner::resolve(const Lineage& rdd, std::vector<Need>& needs, std::vector<Transfer>& transfers) const {
  std::erase_if(needs, [&](const Need& need) {
    const BlockId block{rdd.id, need.partition};
    if (rdd.source && need.rank == 0) return true;  // the driver reads its own sources in place
    if (blocks_.holds(block, need.rank)) return true;
    const int holder = rdd.source ? 0 : blocks_.holder(block);
    if (holder < 0) return false;
    transfers.push_back({block, holder, need.rank, rdd.source != nullptr});
    return true;
  });
}

std::vector<std::shared_ptr<Lineage>> unsentLineage(const std::shared_ptr<Lineage>& rdd) {
  std::vector<std::shared_ptr<Lineage>> unsent;
  if (rdd->sent) return unsent;
  std::unordered_set<RDDId> seen{rdd->id};
  std::vector<std::shared_ptr<Lineage>> pending{rdd};
  while (!pending.empty()) {
    auto next = std::move(pending.back());
    pending.pop_back();
    for (const auto& dependency : next->dependencies) {
      const auto& parent = dependency->parent();
      if (!parent->sent && seen.insert(parent->id).second) pending.push_back(parent);
    }
    unsent.push_back(std::move(next));
  }
  std::ranges::sort(unsent, {}, [](const auto& lineage) { return lineage->id; });
  return unsent;
}

}  // namespace seltzer::detail
