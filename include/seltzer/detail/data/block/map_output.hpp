#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <seltzer/detail/data/spill/spilled_bytes.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Whole records in wire form, in memory or in the scratch file.
struct ShuffleFrame {
  Bytes data;
  std::uint64_t records = 0;
  SpilledBytes spilled{};  // the data, unless it is in memory

  std::size_t bytes() const { return data.size() + spilled.size(); }

  /// Reads the data back if it was spilled.
  void load() {
    if (spilled.size() > 0) data = std::exchange(spilled, {}).read();
  }
};

/// The approximate size of a frame: small enough for a rank to hold many, large enough for headers not to matter.
inline constexpr std::size_t shuffleFrameBytes = std::size_t{64} << 10;

/// The output of a map task for the partitions of a shuffled RDD: read once, and freed as it is read. Its memory is
/// proportional to the records, not to the number of partitions.
class MapOutput {
 public:
  MapOutput() = default;
  MapOutput(const MapOutput&) = delete;
  MapOutput& operator=(const MapOutput&) = delete;
  virtual ~MapOutput();

  /// The first partition in [from, end) that has records; `end` if there is none. Called once the output is complete.
  /// O(log n) for n partitions with records, plus a step for each one skipped.
  virtual std::size_t next(std::size_t from, std::size_t end) = 0;

  /// Moves the next records for `partition` into `frame`, in order, spilled or not; false when there are no more.
  virtual bool take(std::size_t partition, ShuffleFrame& frame) = 0;
};

}  // namespace seltzer::detail
