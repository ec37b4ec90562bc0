#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// An input file, as it was when it was listed.
struct InputFile {
  std::string path;  ///< absolute
  std::uint64_t size = 0;
  bool operator==(const InputFile&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& size;
  }
};

/// The files that a comma-separated list of paths stands for, item by item; those of an item sorted by path (bytewise,
/// but `part-N` by number) and without duplicates.
///   - An item may contain the wildcards of NamePattern, which do not match a slash, and alternatives `{a,b}`.
///   - A folder stands for the files in it. One that contains a folder is refused, so that nothing is skipped silently.
///   - Files and folders whose name starts with `_` or `.` are skipped, unless the item spells that much of the name.
///   - Paths are as for `localPath`; relative ones start at the current folder, and `..` removes the preceding name.
/// Throws UsageError that names the path if an item matches nothing, if a file or folder cannot be examined (with the
/// system's reason), and if a path is neither a file nor a folder.
std::vector<InputFile> listFiles(std::string_view paths);

}  // namespace seltzer::detail
