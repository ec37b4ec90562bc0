#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// The number of an RDD or a shuffle, assigned by the driver in order of creation: a parent's is smaller than its
/// children's.
using RDDId = std::uint64_t;

/// Identifies a partition of an RDD.
struct BlockId {
  RDDId rdd = 0;
  std::uint64_t partition = 0;
  friend bool operator==(const BlockId&, const BlockId&) = default;
};

/// The blocks that this rank holds: scattered sources, stored partitions and shuffle data.
class BlockStore {
 public:
  /// Null if this rank does not hold the block.
  std::shared_ptr<const Block> find(BlockId id) const;

  /// Replaces a block of the same id.
  void put(BlockId id, std::shared_ptr<const Block> block);

  void erase(BlockId id);

  /// Drops every block of an RDD.
  void erase(RDDId rdd);

  std::size_t bytes() const { return bytes_; }  ///< of all blocks
  std::size_t blocks() const;

 private:
  using Partitions = std::unordered_map<std::uint64_t, std::shared_ptr<const Block>>;

  std::unordered_map<RDDId, Partitions> rdds_;
  void add(const Block& block);
  void subtract(const Block& block);

  std::size_t bytes_ = 0;
  MemoryReservation memory_{MemoryUse::cache};
};

}  // namespace seltzer::detail
