#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <seltzer/detail/data/block/block.hpp>
#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>

namespace seltzer::detail {

/// The wire form of some records, in memory as long as this exists.
class SegmentData {
 public:
  SegmentData() = default;
  SegmentData(std::shared_ptr<const Bytes> owner, ByteView bytes) : owner_(std::move(owner)), bytes_(bytes) {}

  ByteView bytes() const { return bytes_; }

 private:
  std::shared_ptr<const Bytes> owner_;
  ByteView bytes_;
};

/// Whole records of one map task, in memory or in the scratch file.
class ShuffleSegment {
 public:
  /// `data` is part of `owner`.
  ShuffleSegment(std::uint64_t mapPartition, std::uint64_t records, std::shared_ptr<const Bytes> owner, ByteView data)
      : mapPartition_(mapPartition), records_(records), bytes_(data.size()), data_(std::move(owner), data) {}

  std::uint64_t mapPartition() const { return mapPartition_; }
  std::uint64_t records() const { return records_; }
  std::size_t bytes() const { return bytes_; }

  /// Reads them back if they were spilled. O(1) otherwise.
  SegmentData data() const;

  void spill();

 private:
  std::uint64_t mapPartition_;
  std::uint64_t records_;
  std::size_t bytes_;
  SegmentData data_;  // empty if spilled
  SpilledBytes spilled_;
};

/// The data of a shuffle for one partition of the shuffled RDD, in the order of the map tasks' partitions: the segments
/// of a task are consecutive. Segments in memory go to the scratch file when memory runs short.
class ShuffleBlock final : public Block, private Spillable {
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

  /// Releases the block of all frames; partitions without any share one block.
  std::shared_ptr<const ShuffleBlock> finish();

 private:
  ShuffleBlock& block();
  void append(std::uint64_t mapPartition, std::uint64_t records, std::shared_ptr<const Bytes> owner, ByteView data);

  std::shared_ptr<ShuffleBlock> block_;  // null before the first frame
};

}  // namespace seltzer::detail
