#include <unordered_set>

#include <seltzer/scheduler/shuffle_retention.hpp>

namespace seltzer::detail {
namespace {

bool isComplete(const Lineage& rdd, const BlockTable& blocks) {
  return rdd.shuffle() != nullptr && blocks.complete(rdd.shuffle()->id(), rdd.partitions);
}

/// The RDDs whose complete shuffles jobs on some others would read.
std::unordered_set<const Lineage*> readBy(std::vector<const Lineage*> pending, const BlockTable& blocks) {
  std::unordered_set<const Lineage*> seen(pending.begin(), pending.end());
  std::unordered_set<const Lineage*> read;
  while (!pending.empty()) {
    const Lineage* rdd = pending.back();
    pending.pop_back();
    if (rdd->level != StorageLevel::NONE && blocks.complete(rdd->id, rdd->partitions)) continue;
    if (isComplete(*rdd, blocks)) {
      read.insert(rdd);
      continue;
    }
    for (const auto& dependency : rdd->dependencies) {
      const Lineage* parent = dependency->parent().get();
      if (seen.insert(parent).second) pending.push_back(parent);
    }
  }
  return read;
}

}  // namespace

std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks, const Lineage& running) {
  std::vector<const Lineage*> roots{&running};
  std::vector<const Lineage*> complete;
  for (const auto& [id, rdd] : lineages.alive) {
    if (rdd != &running && rdd->held()) roots.push_back(rdd);
    if (isComplete(*rdd, blocks)) complete.push_back(rdd);
  }
  const auto needed = readBy(std::move(roots), blocks);
  std::vector<RDDId> unneeded;
  for (const Lineage* rdd : complete) {
    if (!needed.contains(rdd)) unneeded.push_back(rdd->shuffle()->id());
  }
  return unneeded;
}

}  // namespace seltzer::detail
