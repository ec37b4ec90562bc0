#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/files/object_file.hpp>
#include <seltzer/detail/net/bytes.hpp>

// A checkpoint is a directory: for each RDD a folder `rdd-<i>` of object files `part-<partition>`, and at last the file
// `_manifest`, an object file of a version and one CheckpointManifest. Without that it is not a checkpoint.

namespace seltzer::detail {

/// Which operators, actions and functions a program has: checkpoints hold their numbers, as in partitioners.
struct ProgramTag {
  std::string name;  ///< of the executable
  std::uint64_t registrySize = 0;
  std::uint64_t registryHash = 0;

  friend bool operator==(const ProgramTag&, const ProgramTag&) = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& registrySize& registryHash;
  }
};

/// A part in a checkpoint.
struct CheckpointedPart {
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;  ///< of the end of the object file, which has the totals of all before

  friend bool operator==(const CheckpointedPart&, const CheckpointedPart&) = default;
};

/// An RDD in a checkpoint.
struct CheckpointedRDD {
  std::string typeName;
  std::uint64_t fingerprint = 0;        ///< of the element type
  std::vector<CheckpointedPart> parts;  ///< by partition
  Bytes partitioner;                    ///< encoded; empty: none

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& typeName& fingerprint& parts& partitioner;
  }
};

/// A value of the driver in a checkpoint.
struct RememberedValue {
  std::string name;
  std::string typeName;
  std::uint64_t fingerprint = 0;
  Bytes value;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& typeName& fingerprint& value;
  }
};

struct CheckpointManifest {
  ProgramTag program;
  std::uint64_t sequence = 0;  ///< counts the checkpoints of a directory, of all names
  std::vector<CheckpointedRDD> rdds;
  std::vector<RememberedValue> remembered;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& program& sequence& rdds& remembered;
  }
};

inline constexpr std::uint32_t manifestVersion = 1;

/// What the header of a manifest says, in all versions.
ObjectTypeTag manifestType();

/// The folder of RDD `index` in a checkpoint.
std::string checkpointFolder(const std::string& directory, std::size_t index);

/// The file of a partition in such a folder.
std::string checkpointPart(const std::string& folder, std::size_t partition);

/// Whether this part is complete. Throws std::system_error.
bool isWritten(const std::string& part);

/// The end of a message about a damaged file of such a folder.
std::string checkpointAdvice(const std::string& folder);

/// Throws std::runtime_error: the stored partitions of a local checkpoint are gone.
[[noreturn]] void throwLocalCheckpointIsGone();

/// The parts of a folder, which are complete. Throws WireError if some are missing or are not object files.
std::vector<CheckpointedPart> partsOf(const std::string& folder, std::size_t partitions);

/// Throws WireError if parts are missing or differ in size or hash from those that were written.
void checkParts(const std::string& directory, const CheckpointManifest& manifest);

/// Writes the manifest of a directory whose parts are complete. Throws std::system_error.
void writeManifest(const std::string& directory, const CheckpointManifest& manifest);

/// The manifest of a directory; nothing if it has none. Throws WireError if it is damaged and as `checkParts`,
/// std::system_error if something cannot be read.
std::optional<CheckpointManifest> readManifest(const std::string& directory);

}  // namespace seltzer::detail
