#pragma once

#include <cstddef>
#include <span>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>

namespace seltzer::detail {

/// Reads one of the sorted runs to merge: the segments of one map task, of which one is open at a time.
class RunReader {
 public:
  explicit RunReader(std::span<const ShuffleSegment> segments) : segments_(segments) {}

  /// Opens the next segment with records, while the one after it is read ahead. Returns false at the end.
  bool open();

  /// How many records of the open segment were not taken yet.
  std::size_t left() const { return left_; }

  /// The reader from which the caller now reads the next `records` records, at most `left()`.
  WireReader& take(std::size_t records) {
    left_ -= records;
    return reader_;
  }

 private:
  std::span<const ShuffleSegment> segments_;  // that are not open yet
  SegmentData data_;                          // of the open one
  WireReader reader_{ByteView()};
  std::size_t left_ = 0;
};

}  // namespace seltzer::detail
