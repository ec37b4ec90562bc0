#pragma once

#include <cstddef>
#include <cstdint>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/detail/files/open_file.hpp>

namespace seltzer::detail {

/// Bytes that come one after the other.
class ByteInput {
 public:
  ByteInput() = default;
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;
  virtual ~ByteInput() = default;

  /// Reads at most `size` bytes, which is not 0, and at least one; 0 at the end. Errors name the file.
  virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// The bytes of a file from some place on, as they are. Throws std::system_error where the file cannot be opened or
/// read, and std::runtime_error where it is no file any more or ends before the size that it was listed with; both name
/// the file. A file that has grown since is read to its new end.
class PlainInput final : public ByteInput {
 public:
  PlainInput(const InputFile& file, std::uint64_t begin);

  std::size_t read(char* to, std::size_t size) override;

  /// Reads `size` bytes, which must be there.
  void readFully(char* to, std::size_t size);

  /// Of the next byte in the file.
  std::uint64_t offset() const { return offset_; }
  const InputFile& file() const { return file_; }

 private:
  InputFile file_;
  OpenFile open_;
  std::uint64_t offset_;
};

}  // namespace seltzer::detail
