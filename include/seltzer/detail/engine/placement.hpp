#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace seltzer::detail {

/// Which rank is meant to compute each partition of an RDD. Depends only on the lineage and the number of ranks. Where
/// a task has moved to another rank, which then stores the partition, the driver's table of blocks overrides it.
class Placement {
 public:
  /// Contiguous blocks of nearly equal size: partition p of P on rank floor(p*R/P).
  static std::shared_ptr<const Placement> blocks(std::size_t partitions, int ranks);

  /// With a rank for each partition.
  static std::shared_ptr<const Placement> explicitly(std::vector<int> ranks);

  /// The concatenation of several placements. O(partitions of all but the first) if the first is itself a concatenation
  /// that nothing else has extended.
  static std::shared_ptr<const Placement> sideBySide(const std::vector<const Placement*>& placements);

  std::size_t partitions() const { return partitions_; }
  int rankOf(std::size_t partition) const;

  /// Whether this is `blocks`.
  bool isBlocks() const { return !assigned_; }

 private:
  using Ranks = std::vector<int>;

  Placement(std::size_t partitions, int ranks, std::shared_ptr<Ranks> assigned)
      : partitions_(partitions), ranks_(ranks), assigned_(std::move(assigned)) {}

  std::size_t partitions_;
  int ranks_;
  std::shared_ptr<Ranks> assigned_;  // null for blocks; may be shared with placements that extend this one
};

}  // namespace seltzer::detail
