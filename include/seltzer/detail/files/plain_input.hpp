#pragma once

#include <cstddef>
#include <cstdint>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/detail/files/open_file.hpp>

namespace seltzer::detail {

/// A sequential source of bytes.
class ByteInput {
 public:
  ByteInput() = default;
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;
  virtual ~ByteInput() = default;

  /// Reads at most `size` > 0 bytes and returns their number, 0 only at the end. Exceptions name the file.
  virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// The bytes of a file from a given offset on, not decompressed. Throws std::system_error if the file cannot be opened
/// or read, and std::runtime_error if it is no longer a regular file or ends before its listed size; both name the
/// file. A file that has grown since is read to its new end.
class PlainInput final : public ByteInput {
 public:
  PlainInput(const InputFile& file, std::uint64_t begin);

  std::size_t read(char* to, std::size_t size) override;

  /// Reads exactly `size` bytes.
  void readFully(char* to, std::size_t size);

  /// The offset of the next byte in the file.
  std::uint64_t offset() const { return offset_; }
  const InputFile& file() const { return file_; }

 private:
  InputFile file_;
  OpenFile open_;
  std::uint64_t offset_;
};

}  // namespace seltzer::detail
