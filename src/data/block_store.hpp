#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/block_id.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>

namespace seltzer::detail {

/// What becomes of a block when memory has no room for it.
enum class Eviction : std::uint8_t {
  spill,  ///< it goes to the scratch file, in wire form
  drop,   ///< it can be computed again, and is dropped
};

/// The blocks that this rank holds: scattered sources, stored partitions and shuffle data. When memory runs short, the
/// least recently used are evicted: each is replaced by a WireBlock in the scratch file, or dropped. The driver plans
/// with the blocks it knows of, so it is told what was dropped. What the running stage reads is not dropped before the
/// stage ends, and between stages nothing is dropped: such blocks wait in the scratch file.
class BlockStore : private Spillable {
 public:
  /// Null if this rank does not hold the block.
  std::shared_ptr<const Block> find(BlockId id) const;

  bool contains(BlockId id) const { return entryOf(id) != nullptr; }

  /// Replaces a block of the same id. If there is no room for it, it is evicted. If room cannot be made, throws
  /// std::system_error and has neither.
  void put(BlockId id, std::shared_ptr<const Block> block, Eviction eviction = Eviction::spill);

  void erase(BlockId id);

  /// Drops every block of an RDD.
  void erase(RDDId rdd);

  /// Changes it for the blocks of an RDD that are here.
  void setEviction(RDDId rdd, Eviction eviction);

  /// A stage that reads stored blocks of these RDDs begins.
  void beginStage(std::span<const RDDId> read);

  /// The stage ends. Returns the blocks that were dropped since it began.
  std::vector<BlockId> endStage();

  std::size_t bytes() const { return bytes_; }  ///< of all blocks, those in the scratch file as they were in memory
  std::size_t blocks() const;

  /// The blocks of an RDD.
  struct Holdings {
    std::uint64_t partitions = 0;
    std::uint64_t memoryBytes = 0;
    std::uint64_t diskBytes = 0;  ///< in the scratch file
  };
  Holdings holdings(RDDId rdd) const;

 private:
  struct Entry {
    std::shared_ptr<const Block> block;
    std::size_t bytes = 0;   // of the block when it came
    std::size_t memory = 0;  // what is accounted for it
    Eviction eviction = Eviction::spill;
    bool isUnwritable = false;       // serializing its elements failed
    bool isDue = false;              // to be dropped at the end of the stage
    mutable std::uint64_t used = 0;  // when, in calls of `find` and `put`

    bool canLeave() const { return memory > 0 && !isUnwritable; }
  };
  using Partitions = std::unordered_map<std::uint64_t, Entry>;

  const Entry* entryOf(BlockId id) const;
  void spill(std::size_t more) override;
  void evict(BlockId id, Entry& entry);
  bool mustKeep(RDDId rdd) const;
  void spill(Entry& entry);
  void forget(const Entry& entry);

  std::unordered_map<RDDId, Partitions> rdds_;
  mutable std::uint64_t calls_ = 0;
  std::size_t bytes_ = 0;
  std::optional<std::vector<RDDId>> read_;  // by the running stage
  std::vector<BlockId> due_;                // to be dropped at its end
  std::vector<BlockId> dropped_;
  MemoryReservation memory_{MemoryUse::cache};
};

}  // namespace seltzer::detail
