#pragma once

#include <cstddef>
#include <string>

#include <seltzer/codec.hpp>
#include <seltzer/detail/files/part_file.hpp>

namespace seltzer::detail {

/// The directory that a saving job fills: `part-00000`, `part-00001`, ... by partition, `_temporary` while the job
/// runs, and an empty `_SUCCESS` once it has succeeded. A value, which travels to the ranks; they must see the same
/// files.
class OutputDirectory {
 public:
  OutputDirectory() = default;

  /// On the driver, before the job: makes the directory, and those above it that are missing. Throws UsageError for a
  /// path that is empty, exists or is none of `localPath`, OutputError where it cannot be made; both name it.
  static OutputDirectory create(const std::string& path);

  /// On a rank, in a task: the file of a partition. Its temporary name is no other attempt's.
  PartFile part(std::size_t partition, std::size_t attempt, Codec codec) const;

  /// On the driver, after the job: removes `_temporary` and all in it. A directory that cannot be removed is left.
  void removeTemporary() const noexcept;

  /// On the driver, last of all: creates `_SUCCESS`. Throws OutputError.
  void markSuccess() const;

  const std::string& path() const { return path_; }

  /// "part-00007.gz".
  static std::string nameOf(std::size_t partition, Codec codec);

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path_;
  }

 private:
  std::string path_;  // absolute
};

}  // namespace seltzer::detail
