#include <seltzer/detail/engine/dependency.hpp>
#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/engine/placement.hpp>

namespace seltzer::detail {

std::shared_ptr<const Placement> Placement::blocks(std::size_t partitions, int ranks) {
  return std::shared_ptr<const Placement>(new Placement(partitions, ranks, nullptr));
}

std::shared_ptr<const Placement> Placement::explicitly(std::vector<int> ranks) {
  const std::size_t partitions = ranks.size();
  return std::shared_ptr<const Placement>(new Placement(partitions, 0, std::make_shared<Ranks>(std::move(ranks))));
}

std::shared_ptr<const Placement> Placement::sideBySide(const std::vector<const Placement*>& placements) {
  std::shared_ptr<Ranks> assigned;
  auto next = placements.begin();
  if (next != placements.end() && (*next)->assigned_ && (*next)->assigned_->size() == (*next)->partitions_) {
    assigned = (*next++)->assigned_;
  } else {
    assigned = std::make_shared<Ranks>();
  }
  for (; next != placements.end(); ++next) {
    for (std::size_t p = 0; p < (*next)->partitions_; ++p) assigned->push_back((*next)->rankOf(p));
  }
  return std::shared_ptr<const Placement>(new Placement(assigned->size(), 0, assigned));
}

int Placement::rankOf(std::size_t partition) const {
  if (assigned_) return (*assigned_)[partition];
  return static_cast<int>(sliceBegin(partition, static_cast<std::size_t>(ranks_), partitions_));
}

Dependency::Dependency(std::shared_ptr<Lineage> parent) : parent_(std::move(parent)) {}
Dependency::~Dependency() = default;

PartitionRange CoalesceDependency::parents(std::size_t partition) const {
  return {sliceBegin(partition, parentPartitions_, partitions_),
          sliceBegin(partition + 1, parentPartitions_, partitions_)};
}

}  // namespace seltzer::detail
