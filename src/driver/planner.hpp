#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <seltzer/detail/engine/lineage.hpp>

#include "driver/block_table.hpp"
#include "protocol/command.hpp"

namespace seltzer::detail {

/// One partition of an RDD, and a rank that needs it.
struct PartitionRequest {
  std::size_t partition = 0;
  int rank = 0;
  friend auto operator<=>(const PartitionRequest&, const PartitionRequest&) = default;
};

/// An RDD of `RDD::barrier` that a stage computes, and which of its partitions, in ascending order.
struct BarrierRequest {
  const Lineage* rdd = nullptr;
  std::vector<PartitionRequest> needs;
};

/// What a stage needs before its tasks can run.
struct StagePlan {
  std::vector<const Lineage*> missing;  ///< shuffled RDDs whose map side must run first; then `transfers` is empty
  std::vector<Transfer> transfers;
  bool readsBlocks = false;  ///< stored ones or those of a shuffle, which are on certain ranks
  std::vector<BarrierRequest> barriers;
  std::vector<const Lineage*> partlyStored;  ///< persisted RDDs of which it finds some partitions and computes others
  std::vector<RDDId> read;  ///< RDDs whose level has no disk and of which the stage reads stored blocks
};

/// Plans stages: walks the narrow dependencies from a stage's RDD down to blocks that are held somewhere, including
/// shuffle outputs. O(RDDs + partitions needed of those whose dependencies are not one to one).
class Planner {
 public:
  explicit Planner(const BlockTable& blocks) : blocks_(blocks) {}

  /// The plan for a stage that computes `needs` of `rdd`. A block that no rank holds but that is in the driver's
  /// sources comes from rank 0. Throws std::length_error if a chain of operators is too deep for a rank's stack.
  StagePlan plan(const Lineage& rdd, std::vector<PartitionRequest> needs) const;

 private:
  /// Removes from `needs` what is held on the right rank or can be moved there.
  void resolve(const Lineage& rdd, std::vector<PartitionRequest>& needs, StagePlan& plan) const;
  void resolveShuffle(const Lineage& rdd, const ShuffleDependency& shuffle, const std::vector<PartitionRequest>& needs,
                      StagePlan& plan) const;

  const BlockTable& blocks_;
};

/// The RDDs that `rdd` is computed from, itself included, and that the ranks do not know yet; parents before children.
std::vector<std::shared_ptr<Lineage>> unsentLineage(const std::shared_ptr<Lineage>& rdd);

}  // namespace seltzer::detail
