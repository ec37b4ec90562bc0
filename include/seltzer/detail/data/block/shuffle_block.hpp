#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/data/block/wire_piece.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>

namespace seltzer::detail {

/// Whole records of one map task, in memory or in the scratch file.
class ShuffleSegment : public WirePiece {
 public:
  /// `data` is part of `owner`.
  ShuffleSegment(std::uint64_t mapPartition, std::uint64_t records, std::shared_ptr<const Bytes> owner, ByteView data)
      : WirePiece(records, std::move(owner), data), mapPartition_(mapPartition) {}
  ShuffleSegment(std::uint64_t mapPartition, ShuffleFrame&& frame)
      : WirePiece(std::move(frame)), mapPartition_(mapPartition) {}

  std::uint64_t mapPartition() const { return mapPartition_; }

 private:
  std::uint64_t mapPartition_;
};

/// The data of a shuffle for one partition of the shuffled RDD, in the order of the map tasks' partitions: the segments
/// of a task are consecutive. Segments in memory go to the scratch file when memory runs short.
class ShuffleBlock final : public Block, private Spillable {
 public:
  std::span<const ShuffleSegment> segments() const;
  std::size_t records() const override { return records_; }
  std::size_t bytes() const override { return bytes_; }
  std::size_t memory() const override { return 0; }  // accounted for here
  bool writePiece(std::size_t& position, ShuffleFrame& piece) const override;

  /// The block that `writePiece` wrote; refers to those bytes. Throws WireError if they are damaged.
  static std::shared_ptr<const ShuffleBlock> read(const WireBlock& wire);

 private:
  friend class ShuffleBlockBuilder;

  void spill(std::size_t more) override;

  std::vector<ShuffleSegment> segments_;
  std::shared_ptr<Bytes> open_;  // where the builder copies frames to
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
  MemoryReservation memory_{MemoryUse::shuffleBlocks};
};

/// Collects the frames of one partition as they arrive: those of one map task in order, those of different tasks in any
/// order. Those that arrived go to the scratch file when memory runs short.
class ShuffleBlockBuilder {
 public:
  void add(std::uint64_t mapPartition, ShuffleFrame&& frame);
  void add(std::uint64_t mapPartition, ByteView data, std::uint64_t records);

  /// Returns the block of all frames; partitions without any share one block.
  std::shared_ptr<const ShuffleBlock> finish();

 private:
  ShuffleBlock& block();
  void append(ShuffleSegment&& segment, std::size_t memory);

  std::shared_ptr<ShuffleBlock> block_;  // null before the first frame
};

}  // namespace seltzer::detail
