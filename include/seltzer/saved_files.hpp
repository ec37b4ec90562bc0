#pragma once

#include <cstdint>
#include <vector>

namespace seltzer {

/// What a saving action wrote for one partition.
struct SavedPart {
  std::uint64_t records = 0;  ///< elements that were written
  std::uint64_t bytes = 0;    ///< the size of the file
};

/// What a saving action wrote, by partition.
struct SavedFiles {
  std::vector<SavedPart> parts;  ///< one a partition, `part-00000` first

  /// The elements of all parts.
  std::uint64_t records() const {
    std::uint64_t sum = 0;
    for (const SavedPart& part : parts) sum += part.records;
    return sum;
  }

  /// The sizes of all parts.
  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const SavedPart& part : parts) sum += part.bytes;
    return sum;
  }
};

}  // namespace seltzer
