#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <seltzer/detail/files/compressor.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/saved_files.hpp>

namespace seltzer::detail {

/// A file that appears complete or not at all: written under a temporary name, synced and renamed by `commit`; removed
/// if not committed. Errors of the system, such as a full disk, throw std::system_error with the file and the reason,
/// at the latest in `commit`.
class PartFile {
 public:
  /// Both names must be on the same file system; the temporary one must be unique. Creates missing parent folders of
  /// `temporary`.
  PartFile(std::string path, std::string temporary, Codec codec);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void append(ByteView bytes) {
    if (bytes.size() <= bufferBytes - used_) {
      std::memcpy(buffer_.get() + used_, bytes.data(), bytes.size());
      used_ += bytes.size();
    } else {
      appendLong(bytes);
    }
  }
  void append(std::string_view text) { append(std::as_bytes(std::span(text))); }

  /// Writes the rest, syncs the file and renames it, replacing any file of that name.
  void commit();

  /// The number of bytes appended, before compression.
  std::uint64_t appended() const { return drained_ + used_; }
  /// The size of the file; final after `commit`.
  std::uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  static constexpr std::size_t bufferBytes = std::size_t{256} << 10;  // stays in the L2 cache

  void appendLong(ByteView bytes);
  void drain();
  void pass(ByteView bytes);
  void writeOut(ByteView bytes);
  void close();
  [[noreturn]] void fail(std::string_view doing, int error) const;

  std::string path_;
  std::string temporary_;
  UniquePointer<Compressor> compressor_;  // null: none
  Compressor::Output output_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t used_ = 0;
  std::uint64_t drained_ = 0;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
  bool committed_ = false;
};

}  // namespace seltzer::detail
