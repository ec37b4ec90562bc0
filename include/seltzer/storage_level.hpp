#pragma once

#include <cstdint>

namespace seltzer {

/// How `persist` keeps the partitions of an RDD.
enum class StorageLevel : std::uint8_t {
  NONE,             ///< not at all: computed whenever needed
  MEMORY_ONLY,      ///< as objects; what `cache` means
  MEMORY_ONLY_SER,  ///< in wire form: smaller for strings and containers, read again at each use
};

}  // namespace seltzer
