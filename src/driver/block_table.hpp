#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include <seltzer/detail/data/block/block_store.hpp>

namespace seltzer::detail {

/// The driver's table of which rank holds which block: the only truth about where data is. What is not in it can be
/// computed again from lineage, or scattered again from the driver's sources.
class BlockTable {
 public:
  bool holds(BlockId id, int rank) const;

  /// A rank that holds the block, the first that was told of; -1 where none does.
  int holder(BlockId id) const;

  /// Whether every block of an RDD with so many partitions is held somewhere.
  bool complete(RDDId rdd, std::size_t partitions) const;

  void add(BlockId id, int rank);
  void erase(RDDId rdd) { rdds_.erase(rdd); }

 private:
  struct Holders {
    std::vector<int> first;                                    // by partition; -1: nobody
    std::unordered_map<std::size_t, std::vector<int>> others;  // after the first
    std::size_t held = 0;                                      // partitions
  };
  std::unordered_map<RDDId, Holders> rdds_;
};

}  // namespace seltzer::detail
