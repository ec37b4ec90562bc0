#include <unordered_set>

#include <seltzer/scheduler/shuffle_retention.hpp>

namespace seltzer::detail {
namespace {

/// Whether a job on an RDD that is held, `shuffled` itself or one above it, would read its shuffle.
bool isRead(const Lineage& shuffled, const LineageTable& lineages, const BlockTable& blocks) {
  std::vector<const Lineage*> pending{&shuffled};
  std::unordered_set<const Lineage*> seen{&shuffled};
  while (!pending.empty()) {
    const Lineage* rdd = pending.back();
    pending.pop_back();
    if (rdd->level != StorageLevel::NONE && blocks.complete(rdd->id, rdd->partitions)) continue;
    if (rdd != &shuffled && lineages.shuffled.contains(rdd->id)) continue;
    if (rdd->held()) return true;
    for (const auto& [id, child] : rdd->children()) {  // the youngest, who is most likely to be held, comes next
      if (seen.insert(child).second) pending.push_back(child);
    }
  }
  return false;
}

}  // namespace

std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks) {
  std::vector<RDDId> unneeded;
  for (const auto& [id, rdd] : lineages.shuffled) {
    if (!isRead(*rdd, lineages, blocks)) unneeded.push_back(id);
  }
  return unneeded;
}

}  // namespace seltzer::detail
