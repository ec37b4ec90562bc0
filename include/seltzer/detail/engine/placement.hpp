#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace seltzer::detail {

/// Which rank computes each partition of an RDD. A function of the lineage and the number of ranks alone, so that a
/// stored partition is where the next job's task for it runs.
class Placement {
 public:
  /// Contiguous blocks of nearly equal size: partition p of P on rank floor(p*R/P).
  static std::shared_ptr<const Placement> blocks(std::size_t partitions, int ranks);

  /// One rank a partition.
  static std::shared_ptr<const Placement> explicitly(std::vector<int> ranks);

  /// The partitions of several placements side by side. O(partitions of all but the first), where the first is such a
  /// row itself and was not continued before.
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
  std::shared_ptr<Ranks> assigned_;  // null: blocks; the first `partitions_`, behind which another may have its own
};

}  // namespace seltzer::detail
