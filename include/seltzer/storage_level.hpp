#pragma once

#include <cstdint>

namespace seltzer {

/// How `persist` keeps the partitions of an RDD.
enum class StorageLevel : std::uint8_t {
  NONE,             ///< not stored: recomputed whenever needed
  MEMORY_ONLY,      ///< as objects; what `cache` means
  MEMORY_ONLY_SER,  ///< serialized: smaller for strings and containers, decoded again at each use
};

}  // namespace seltzer
