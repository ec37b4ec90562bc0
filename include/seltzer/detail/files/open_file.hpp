#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace seltzer::detail {

/// A regular file that is open for reading. Errors name the file; those of the system are std::system_error.
class OpenFile {
 public:
  /// Throws std::runtime_error where something other than a file is at `path`, as a folder, a pipe or a device: files
  /// that were listed may have become any of these. Never waits for what a pipe's other end does.
  explicit OpenFile(std::string path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const std::string& path() const { return path_; }

  /// When it was opened.
  std::uint64_t size() const { return size_; }

  /// A hint that the bytes from `begin` on will be read in their order.
  void willReadFrom(std::uint64_t begin) const;

  /// Reads at most `size` bytes at `offset`; 0 at the end.
  std::size_t read(void* to, std::size_t size, std::uint64_t offset) const;

 private:
  void requireRegular();

  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace seltzer::detail
