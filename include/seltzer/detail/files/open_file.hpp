#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace seltzer::detail {

/// A regular file opened for reading. Exceptions name the file; errors of the system are std::system_error.
class OpenFile {
 public:
  /// Throws std::runtime_error if `path` is not a regular file but a folder, a pipe or a device: listed files may have
  /// been replaced. Never blocks on a pipe.
  explicit OpenFile(std::string path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const std::string& path() const { return path_; }

  /// The size when the file was opened.
  std::uint64_t size() const { return size_; }

  /// A hint to the system that the file will be read sequentially from `begin`.
  void willReadFrom(std::uint64_t begin) const;

  /// Reads at most `size` bytes at `offset`; returns their number, 0 at the end.
  std::size_t read(void* to, std::size_t size, std::uint64_t offset) const;

 private:
  void requireRegular();

  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace seltzer::detail
