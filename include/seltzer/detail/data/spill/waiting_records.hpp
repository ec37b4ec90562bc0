#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// What memory has no room for in an aggregation: combiners, and records of keys without one. They are divided among
/// parts by the hashes of their keys, and go to the scratch file; those of a part keep the order in which they came.
/// Each has a position, which ascends within a part. A part that is still too large is divided again by other bits, at
/// the next `depth`.
class WaitingRecords {
 public:
  static constexpr std::size_t parts = 64;

  /// At this depth no bits are left, and all records are in part 0.
  static constexpr std::size_t lastDepth = 10;

  WaitingRecords(MemoryUse use, std::size_t depth);

  /// Begins a record of a key with this hash, with a combiner or a value, to which key and this are then written.
  WireWriter begin(std::uint64_t hash, std::uint64_t position);
  WireWriter beginCombiner(std::uint64_t hash, std::uint64_t position);

  /// Adds the record that was begun.
  void end();

  bool isEmpty(std::size_t part) const { return parts_[part].records == 0; }

  /// All that are left to be read.
  std::uint64_t records() const;

  /// How many records of a part are left to be read, and the bytes of all that it had.
  std::uint64_t records(std::size_t part) const { return parts_[part].records; }
  std::size_t bytes(std::size_t part) const { return parts_[part].spilled + parts_[part].open.size(); }

  /// Some of the records of a part. Each follows the difference of its position to the one before, as a compact number.
  /// The first `combiners` hold combiners.
  struct Frame {
    Bytes bytes;
    std::size_t records = 0;
    std::size_t combiners = 0;
  };

  /// Reads the next records of a part, and frees their place; false after the last. No record is added any more.
  bool read(std::size_t part, Frame& frame);

 private:
  struct SpilledFrame {
    SpilledBytes bytes;
    std::uint32_t records;
    std::uint32_t combiners;
  };
  struct Part {
    std::vector<SpilledFrame> frames;
    std::size_t nextFrame = 0;
    std::size_t spilled = 0;  // bytes of the frames
    Bytes open;               // what follows the frames
    std::uint32_t openRecords = 0;
    std::uint32_t openCombiners = 0;
    std::uint64_t records = 0;
    std::uint64_t last = 0;  // position
  };

  std::size_t partOf(std::uint64_t hash) const;
  std::size_t bufferBytes() const { return frameBytes_ + frameBytes_ / 8; }

  std::size_t depth_;
  std::size_t frameBytes_;
  std::array<Part, parts> parts_;
  std::size_t current_ = 0;  // the part of the record that was begun
  MemoryReservation memory_;
};

}  // namespace seltzer::detail
