#pragma once

#include <memory>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/block_id.hpp>

namespace seltzer::detail {

/// The blocks of this rank, as operators see them.
class BlockSource {
 public:
  virtual ~BlockSource() = default;

  /// A stored block or one of the driver's sources; null if there is none.
  virtual std::shared_ptr<const Block> find(BlockId id) const = 0;

  /// Stores a partition, and reports it to the driver at the end of the stage.
  virtual void store(BlockId id, std::shared_ptr<const Block> block) = 0;
};

}  // namespace seltzer::detail
