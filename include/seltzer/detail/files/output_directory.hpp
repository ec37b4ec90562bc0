#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <seltzer/detail/files/part_file.hpp>
#include <seltzer/saved_files.hpp>

namespace seltzer::detail {

/// The output directory of a saving job: `part-00000`, `part-00001`, ... by partition, `_temporary` while the job runs,
/// and an empty `_SUCCESS` once it has succeeded. A value that travels to the ranks, which must see the same file
/// system.
class OutputDirectory {
 public:
  OutputDirectory() = default;

  /// On the driver, before the job: creates the directory and missing parents. Throws UsageError for a path that is
  /// empty, exists or is refused by `localPath`, OutputError if it cannot be created; both name it.
  static OutputDirectory create(const std::string& path);

  /// A directory that exists, or that `part` makes.
  static OutputDirectory at(std::string path) {
    OutputDirectory directory;
    directory.path_ = std::move(path);
    return directory;
  }

  /// On a rank, in a task: the file of a partition. Its temporary name is unique to the attempt.
  PartFile part(std::size_t partition, std::size_t attempt, Codec codec) const;

  /// On the driver, after the job: removes `_temporary` and its contents. Ignores errors.
  void removeTemporary() const noexcept;

  /// On the driver, as the last step: creates `_SUCCESS`. Throws OutputError.
  void markSuccess() const;

  const std::string& path() const { return path_; }

  /// The file name of a partition, such as "part-00007.gz".
  static std::string nameOf(std::size_t partition, Codec codec);

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path_;
  }

 private:
  std::string path_;  // absolute
};

}  // namespace seltzer::detail
