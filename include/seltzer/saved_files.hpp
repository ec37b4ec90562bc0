#pragma once

#include <cstdint>
#include <vector>

namespace seltzer {

/// How a file is compressed, and the extension of its name.
enum class Codec : std::uint8_t {
  none,   ///< not compressed
  gzip,   ///< `.gz`
  bzip2,  ///< `.bz2`
  xz,     ///< `.xz`
  zstd    ///< `.zst`
};

/// What a saving action wrote for one partition.
struct SavedPart {
  std::uint64_t records = 0;  ///< elements written
  std::uint64_t bytes = 0;    ///< the size of its file, after compression; of its range of a file that partitions share
};

/// What a saving action wrote, by partition.
struct SavedFiles {
  std::vector<SavedPart> parts;  ///< one for each partition, in their order

  /// The number of elements in all parts.
  std::uint64_t records() const {
    std::uint64_t sum = 0;
    for (const SavedPart& part : parts) sum += part.records;
    return sum;
  }

  /// The total size of all parts.
  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const SavedPart& part : parts) sum += part.bytes;
    return sum;
  }
};

}  // namespace seltzer
