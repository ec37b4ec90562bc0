#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>

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

/// The blocks that this rank holds: scattered sources, stored partitions and shuffle data. When memory runs short,
/// those that were not used for the longest time go to the scratch file, in wire form: a WireBlock takes their place.
class BlockStore : private Spillable {
 public:
  /// Null if this rank does not hold the block.
  std::shared_ptr<const Block> find(BlockId id) const;

  /// Replaces a block of the same id. If room cannot be made for it, throws std::system_error and has neither.
  void put(BlockId id, std::shared_ptr<const Block> block);

  void erase(BlockId id);

  /// Drops every block of an RDD.
  void erase(RDDId rdd);

  std::size_t bytes() const { return bytes_; }  ///< of all blocks, those in the scratch file as they were in memory
  std::size_t blocks() const;

 private:
  struct Entry {
    std::shared_ptr<const Block> block;
    std::size_t bytes = 0;           // of the block when it came
    std::size_t memory = 0;          // what is accounted for it
    bool isUnwritable = false;       // serializing its elements failed
    mutable std::uint64_t used = 0;  // when, in calls of `find` and `put`

    bool canSpill() const { return memory > 0 && !isUnwritable; }
  };
  using Partitions = std::unordered_map<std::uint64_t, Entry>;

  void spill(std::size_t more) override;
  void spill(Entry& entry);
  void forget(const Entry& entry);

  std::unordered_map<RDDId, Partitions> rdds_;
  mutable std::uint64_t calls_ = 0;
  std::size_t bytes_ = 0;
  MemoryReservation memory_{MemoryUse::cache};
};

}  // namespace seltzer::detail
