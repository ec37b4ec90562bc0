#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// A file to be read, as it was when it was listed.
struct InputFile {
  std::string path;  ///< absolute
  std::uint64_t size = 0;
  bool operator==(const InputFile&) const = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& size;
  }
};

/// The files that a comma separated list of paths stands for: element by element, those of one element sorted by path
/// (as bytes, but the numbers of `part-N` by their values) and once each.
///   - An element may hold the wildcards of NamePattern, which stop at a slash, and alternatives `{a,b}`.
///   - A folder stands for the files in it. One that holds a folder is refused: nothing is left out silently.
///   - Files and folders whose name starts with `_` or `.` are left out, unless the element names them so far.
///   - Paths are those of `localPath`; relative ones start at the current folder, and `..` takes back the name before
///   it.
/// Throws UsageError that names the path where an element matches nothing, where a file or folder cannot be looked at
/// (with the system's reason), and where a path names something other than a file or folder.
std::vector<InputFile> listFiles(std::string_view paths);

}  // namespace seltzer::detail
