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

/// Some records that one map task wrote, whole and in wire form.
struct ShuffleSegment {
  std::uint64_t mapPartition = 0;
  std::uint64_t records = 0;
  ByteView data;
};

/// What the map tasks of a shuffle wrote for one partition of the shuffled RDD, in the order of their partitions: the
/// segments of one task follow one another.
class ShuffleBlock final : public Block {
 public:
  std::span<const ShuffleSegment> segments() const { return segments_; }
  std::size_t records() const override { return records_; }
  std::size_t bytes() const override { return bytes_; }
  bool isAccounted() const override { return true; }
  void write(WireWriter& writer) const override;

  /// The block that `write` wrote, which refers to those bytes. Throws WireError where they are damaged.
  static std::shared_ptr<const ShuffleBlock> read(const WireBlock& wire);

 private:
  friend class ShuffleBlockBuilder;

  std::vector<ShuffleSegment> segments_;
  std::vector<Bytes> chunks_;           // what the segments refer to
  std::shared_ptr<const Bytes> owner_;  // or what else they refer to
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
  MemoryReservation memory_{MemoryUse::shuffleBlocks};
};

/// Collects the frames of one partition as they arrive: those of one map task in order, different tasks' in any.
class ShuffleBlockBuilder {
 public:
  void add(std::uint64_t mapPartition, ShuffleFrame&& frame);
  void add(std::uint64_t mapPartition, ByteView data, std::uint64_t records);

  /// The block of all frames, which is the builder's no more; partitions without any share one block.
  std::shared_ptr<const ShuffleBlock> finish();

 private:
  ShuffleBlock& block();
  void append(std::uint64_t mapPartition, ByteView data, std::uint64_t records);

  std::shared_ptr<ShuffleBlock> block_;  // null before the first frame
  std::size_t open_ = 0;                 // the chunk that copied frames go to, plus one; 0: none
};

}  // namespace seltzer::detail
