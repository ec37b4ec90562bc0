#include "driver/shuffle_retention.hpp"

#include <map>
#include <optional>
#include <unordered_map>

namespace seltzer::detail {
namespace {

/// Finds which RDDs jobs on held RDDs would compute. Visits each RDD once over all calls.
class Readers {
 public:
  Readers(const LineageTable& lineages, const BlockTable& blocks) : lineages_(lineages), blocks_(blocks) {}

  /// Whether a job on a held RDD, `shuffled` itself or a descendant, would read its shuffle.
  bool read(const Lineage& shuffled) {
    if (isStored(shuffled)) return false;
    if (shuffled.held()) return true;
    for (const auto& [id, child] : shuffled.children()) {
      if (isComputed(*child)) return true;
    }
    return false;
  }

 private:
  bool isStored(const Lineage& rdd) const {
    return rdd.level != StorageLevel::NONE && blocks_.complete(rdd.id, rdd.partitions);
  }

  /// The answer of `isComputed`, if it does not depend on the RDD's children.
  std::optional<bool> known(const Lineage& rdd) const {
    if (const auto found = computed_.find(&rdd); found != computed_.end()) return found->second;
    if (isStored(rdd) || lineages_.shuffled.contains(rdd.id)) return false;
    if (rdd.held()) return true;
    return std::nullopt;
  }

  /// Whether a job on a held RDD, `rdd` itself or a descendant, would compute `rdd`. Visits children depth first,
  /// without recursion.
  bool isComputed(const Lineage& rdd) {
    struct Visit {
      const Lineage* rdd;
      std::map<RDDId, const Lineage*>::const_iterator next;
    };
    if (const auto answer = known(rdd)) return *answer;
    std::vector<Visit> path{{&rdd, rdd.children().begin()}};
    while (!path.empty()) {
      Visit& last = path.back();
      if (last.next == last.rdd->children().end()) {
        computed_[last.rdd] = false;
        path.pop_back();
        continue;
      }
      const Lineage& child = *last.next++->second;
      const auto answer = known(child);
      if (!answer) {
        path.push_back({&child, child.children().begin()});
      } else if (*answer) {  // and so is every RDD on the path
        for (const Visit& visit : path) computed_[visit.rdd] = true;
        return true;
      }
    }
    return false;
  }

  const LineageTable& lineages_;
  const BlockTable& blocks_;
  std::unordered_map<const Lineage*, bool> computed_;
};

}  // namespace

std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks) {
  Readers readers(lineages, blocks);
  std::vector<RDDId> unneeded;
  for (const auto& [id, rdd] : lineages.shuffled) {
    if (!readers.read(*rdd)) unneeded.push_back(id);
  }
  return unneeded;
}

}  // namespace seltzer::detail
