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

  std::size_t partitions() const { return partitions_; }
  int rankOf(std::size_t partition) const;

  /// Whether this is `blocks`.
  bool isBlocks() const { return assigned_.empty(); }

 private:
  Placement(std::size_t partitions, int ranks, std::vector<int> assigned)
      : partitions_(partitions), ranks_(ranks), assigned_(std::move(assigned)) {}

  std::size_t partitions_;
  int ranks_;
  std::vector<int> assigned_;  // empty: blocks
};

}  // namespace seltzer::detail
