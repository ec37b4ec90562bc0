#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include <seltzer/detail/data/block/block_id.hpp>

namespace seltzer::detail {

/// The driver's table of which rank holds which block: the single source of truth about where data is. What is not in
/// it can be recomputed from lineage, or scattered again from the driver's sources.
class BlockTable {
 public:
  bool holds(BlockId id, int rank) const;

  /// A rank that holds the block, the first that was added; -1 if none does.
  int holder(BlockId id) const;

  /// Whether every block of an RDD with this many partitions is held somewhere.
  bool complete(RDDId rdd, std::size_t partitions) const;

  /// The number of an RDD's blocks that are held somewhere.
  std::size_t held(RDDId rdd) const;

  void add(BlockId id, int rank);
  void erase(BlockId id, int rank);
  void erase(RDDId rdd) { rdds_.erase(rdd); }

 private:
  struct Holders {
    std::vector<int> first;                                    // by partition; -1: none
    std::unordered_map<std::size_t, std::vector<int>> others;  // by partition, besides the first
    std::size_t held = 0;                                      // number of partitions held
  };
  std::unordered_map<RDDId, Holders> rdds_;
};

}  // namespace seltzer::detail
