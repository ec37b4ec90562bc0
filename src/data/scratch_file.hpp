#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// The scratch file cannot be made, written or read, or what is read is not what was written (EIO). The text says what
/// to do.
class ScratchError : public std::system_error {
 public:
  using std::system_error::system_error;
};

/// A file for data that memory has no room for. It has no name as soon as it is open, so that the system frees it
/// however the process ends. Bytes are appended and written in pieces of a mebibyte; the space of those that are
/// released goes back to the file system, as far as this can free parts of a file.
class ScratchFile {
 public:
  /// The file is made in `folder` by the first `append`.
  explicit ScratchFile(std::string folder) : folder_(std::move(folder)) {}
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& folder() const { return folder_; }

  /// The bytes that are held.
  std::uint64_t held() const { return held_; }

  /// Returns the offset of the bytes. Throws ScratchError if it cannot, as on a full disk, and then holds what it held
  /// before.
  std::uint64_t append(ByteView data);

  /// Throws ScratchError if the file cannot be read or ends too early.
  void read(std::uint64_t offset, std::byte* to, std::size_t size);

  /// The bytes will be read soon: the system may begin to.
  void readAhead(std::uint64_t offset, std::size_t size) const noexcept;

  /// The bytes are not needed any more. O(1).
  void release(std::uint64_t offset, std::size_t size) noexcept;

 private:
  void open();
  void warnOfMemory() const;
  void flush();
  void advance(std::size_t size);
  void freePart(std::uint64_t part) noexcept;
  void write(ByteView data, std::uint64_t offset);
  [[noreturn]] void fail(const std::string& doing, int error) const;

  std::string folder_;
  int descriptor_ = -1;
  std::uint64_t written_ = 0;  // the size of the file
  Bytes pending_;              // the bytes after `written_`
  std::uint64_t held_ = 0;
  std::vector<std::uint64_t> heldInPart_;  // by part of the file
};

/// This rank's scratch file. Its folder is that of `setScratchFolder`.
ScratchFile& scratchFile();

/// The folder for this rank's scratch file; to be called before the first byte is spilled.
void setScratchFolder(const std::string& folder);

/// From now on, `warn` gets a text when a scratch file is made in a folder that is memory itself.
void setScratchWarning(std::function<void(const std::string&)> warn);

/// `--seltzer-scratch` if it is set, else $SLURM_TMPDIR, $TMPDIR or /tmp: the first that is set.
std::string scratchFolder(const std::string& option);

}  // namespace seltzer::detail
