#include <seltzer/scheduler/dependency.hpp>
#include <seltzer/scheduler/partition_slice.hpp>
#include <seltzer/scheduler/placement.hpp>

namespace seltzer::detail {

std::shared_ptr<const Placement> Placement::blocks(std::size_t partitions, int ranks) {
  return std::shared_ptr<const Placement>(new Placement(partitions, ranks, {}));
}

std::shared_ptr<const Placement> Placement::explicitly(std::vector<int> ranks) {
  const std::size_t partitions = ranks.size();
  return std::shared_ptr<const Placement>(new Placement(partitions, 0, std::move(ranks)));
}

int Placement::rankOf(std::size_t partition) const {
  if (!assigned_.empty()) return assigned_[partition];
  return static_cast<int>(sliceBegin(partition, static_cast<std::size_t>(ranks_), partitions_));
}

PartitionRange CoalesceDependency::parents(std::size_t partition) const {
  return {sliceBegin(partition, parentPartitions_, partitions_),
          sliceBegin(partition + 1, parentPartitions_, partitions_)};
}

}  // namespace seltzer::detail
