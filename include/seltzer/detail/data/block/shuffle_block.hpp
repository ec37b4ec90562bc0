#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// Whole records of one map task, in wire form.
struct ShuffleSegment {
  std::uint64_t mapPartition = 0;
  std::uint64_t records = 0;
  ByteView data;
};

/// The data of a shuffle for one partition of the shuffled RDD, in the order of the map tasks' partitions: the segments
/// of a task are consecutive.
class ShuffleBlock final : public Block {
 public:
  std::span<const ShuffleSegment> segments() const { return segments_; }
  std::size_t records() const override { return records_; }
  std::size_t bytes() const override { return bytes_; }
  bool isAccounted() const override { return true; }
  void write(WireWriter& writer) const override;

  /// The block that `write` wrote; refers to those bytes. Throws WireError if they are damaged.
  static std::shared_ptr<const ShuffleBlock> read(const WireBlock& wire);

 private:
  friend class ShuffleBlockBuilder;

  std::vector<ShuffleSegment> segments_;
  std::vector<Bytes> chunks_;           // segments refer to these,
  std::shared_ptr<const Bytes> owner_;  // or to this
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
  MemoryReservation memory_{MemoryUse::shuffleBlocks};
};

/// Collects the frames of one partition as they arrive: those of one map task in order, those of different tasks in any
/// order.
class ShuffleBlockBuilder {
 public:
  void add(std::uint64_t mapPartition, ShuffleFrame&& frame);
  void add(std::uint64_t mapPartition, ByteView data, std::uint64_t records);

  /// Releases the block of all frames; partitions without any share one block.
  std::shared_ptr<const ShuffleBlock> finish();

 private:
  ShuffleBlock& block();
  void append(std::uint64_t mapPartition, ByteView data, std::uint64_t records);

  std::shared_ptr<ShuffleBlock> block_;  // null before the first frame
  std::size_t open_ = 0;                 // index of the chunk for copied frames, plus one; 0: none
};

}  // namespace seltzer::detail
