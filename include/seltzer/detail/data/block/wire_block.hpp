#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/block/wire_piece.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/storage_level.hpp>

namespace seltzer::detail {

/// Elements in wire form: scattered by the driver, fetched from another rank, stored serialized, or spilled. They are
/// read piece by piece.
class WireBlock final : public Block {
 public:
  explicit WireBlock(std::vector<WirePiece>&& pieces);

  /// One piece in memory; `data` is part of `owner`, which several blocks may share.
  WireBlock(std::shared_ptr<const Bytes> owner, ByteView data, std::size_t records);

  ~WireBlock() override;

  std::span<const WirePiece> pieces() const;
  std::size_t records() const override { return records_; }
  std::size_t bytes() const override { return bytes_; }
  std::size_t memory() const override;
  bool writePiece(std::size_t& position, ShuffleFrame& piece) const override;

  /// Moves the pieces to the scratch file. Those that are being read stay alive until their readers drop them.
  void spill() const;

 private:
  mutable std::vector<WirePiece> pieces_;  // what they hold never changes, only where
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
};

/// Collects the pieces of a block, and accounts for them. If the storage level has a disk, they go to the scratch file
/// when memory runs short; at once without memory.
class WireBlockBuilder : private Spillable {
 public:
  explicit WireBlockBuilder(StorageLevel level = StorageLevel::MEMORY_AND_DISK_SER);
  ~WireBlockBuilder() override;

  /// If room cannot be made for the piece, throws std::system_error.
  void add(ShuffleFrame&& piece);

  /// Returns the block of all pieces; this no longer accounts for them.
  std::shared_ptr<const WireBlock> finish();

  /// The bytes of the pieces that are in memory.
  std::size_t memory() const { return memory_.bytes(); }

 private:
  void spill(std::size_t more) override;

  StorageLevel level_;
  std::vector<WirePiece> pieces_;
  MemoryReservation memory_{MemoryUse::cache};
};

}  // namespace seltzer::detail
