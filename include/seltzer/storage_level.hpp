#pragma once

#include <cstdint>
#include <string_view>

namespace seltzer {

/// How `persist` keeps the partitions of an RDD. Objects are fast to use; serialized ones are smaller for strings and
/// containers and are decoded at each use, as those on disk are. "Disk" is the rank's scratch file
/// (`Config::scratchFolder`).
///
/// When a rank's memory runs short, the partitions that were used least recently leave it, never for another partition
/// of the same RDD. If the level has a disk they go there. Without one they are dropped and computed again when they
/// are needed; a partition that the running stage still reads waits on the disk until the stage ends, and a partition
/// that does not fit in memory to begin with is not kept.
///
/// Levels with a `_2` keep a second copy on the next rank of another host, or on the next rank where there is one host;
/// a single rank keeps one copy. The copies are made at the end of the stage that computed the partitions.
enum class StorageLevel : std::uint8_t {
  NONE = 0,                    ///< not stored: computed whenever needed
  MEMORY_ONLY = 1,             ///< as objects; what `cache` means
  DISK_ONLY = 6,               ///< on disk
  MEMORY_AND_DISK = 3,         ///< as objects, on disk where memory has no room
  MEMORY_ONLY_SER = 5,         ///< serialized
  MEMORY_AND_DISK_SER = 7,     ///< serialized, on disk where memory has no room
  MEMORY_ONLY_2 = 9,           ///< as MEMORY_ONLY, twice
  DISK_ONLY_2 = 14,            ///< as DISK_ONLY, twice
  MEMORY_AND_DISK_2 = 11,      ///< as MEMORY_AND_DISK, twice
  MEMORY_ONLY_SER_2 = 13,      ///< as MEMORY_ONLY_SER, twice
  MEMORY_AND_DISK_SER_2 = 15,  ///< as MEMORY_AND_DISK_SER, twice
};

/// Whether partitions are kept in memory as long as it lasts.
constexpr bool useMemory(StorageLevel level) {
  return (static_cast<std::uint8_t>(level) & 1) != 0;
}

/// Whether partitions go to the scratch file: at once without `useMemory`, else where memory has no room.
constexpr bool useDisk(StorageLevel level) {
  return (static_cast<std::uint8_t>(level) & 2) != 0;
}

/// Whether partitions in memory are objects.
constexpr bool deserialized(StorageLevel level) {
  return level != StorageLevel::NONE && (static_cast<std::uint8_t>(level) & 4) == 0;
}

/// On how many ranks a partition is kept.
constexpr int replication(StorageLevel level) {
  return level == StorageLevel::NONE ? 0 : (static_cast<std::uint8_t>(level) & 8) != 0 ? 2 : 1;
}

/// Its name, such as "MEMORY_ONLY".
constexpr std::string_view name(StorageLevel level) {
  switch (level) {
    case StorageLevel::NONE:
      return "NONE";
    case StorageLevel::MEMORY_ONLY:
      return "MEMORY_ONLY";
    case StorageLevel::DISK_ONLY:
      return "DISK_ONLY";
    case StorageLevel::MEMORY_AND_DISK:
      return "MEMORY_AND_DISK";
    case StorageLevel::MEMORY_ONLY_SER:
      return "MEMORY_ONLY_SER";
    case StorageLevel::MEMORY_AND_DISK_SER:
      return "MEMORY_AND_DISK_SER";
    case StorageLevel::MEMORY_ONLY_2:
      return "MEMORY_ONLY_2";
    case StorageLevel::DISK_ONLY_2:
      return "DISK_ONLY_2";
    case StorageLevel::MEMORY_AND_DISK_2:
      return "MEMORY_AND_DISK_2";
    case StorageLevel::MEMORY_ONLY_SER_2:
      return "MEMORY_ONLY_SER_2";
    case StorageLevel::MEMORY_AND_DISK_SER_2:
      return "MEMORY_AND_DISK_SER_2";
  }
  return "unknown";
}

}  // namespace seltzer
