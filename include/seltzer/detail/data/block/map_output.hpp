#pragma once

#include <cstddef>
#include <cstdint>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Whole records in wire form, one after the other.
struct ShuffleFrame {
  Bytes data;
  std::uint64_t records = 0;
};

/// About how long a frame gets: short enough that a rank holds many at once, long enough that its header does not show.
inline constexpr std::size_t shuffleFrameBytes = std::size_t{64} << 10;

/// What one map task leaves for the partitions of a shuffled RDD: read once, and given up as it is read. Its memory
/// follows the records, however many partitions there are.
class MapOutput {
 public:
  MapOutput() = default;
  MapOutput(const MapOutput&) = delete;
  MapOutput& operator=(const MapOutput&) = delete;
  virtual ~MapOutput() = default;

  /// The first partition in [from, end) for which there are records; `end` if there is none. Called once all records
  /// are there; costs O(log n) of n partitions that have records, or a step for each that is passed over.
  virtual std::size_t next(std::size_t from, std::size_t end) = 0;

  /// Moves the next records for `partition` into `frame`, in order; false when there are no more.
  virtual bool take(std::size_t partition, ShuffleFrame& frame) = 0;
};

}  // namespace seltzer::detail
