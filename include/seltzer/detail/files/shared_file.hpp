#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Writes a range of bytes of a SharedFile, from its start. Errors of the system throw std::system_error with the file
/// and the reason, at the latest in `finish`.
class RangeWriter {
 public:
  RangeWriter(std::string path, const std::string& temporary, std::uint64_t offset);
  ~RangeWriter();
  RangeWriter(const RangeWriter&) = delete;
  RangeWriter& operator=(const RangeWriter&) = delete;

  void append(ByteView bytes);

  /// Writes the rest, and makes the range durable.
  void finish();

  /// The number of bytes appended.
  std::uint64_t appended() const { return appended_; }

 private:
  static constexpr std::size_t bufferBytes = std::size_t{256} << 10;

  void drain();
  void writeOut(ByteView bytes);
  [[noreturn]] void fail(std::string_view doing, int error) const;

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t offset_;
  std::uint64_t appended_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t used_ = 0;
};

/// A file that several ranks write, each its own ranges, and that appears complete or not at all: it has a temporary
/// name in the same folder, which starts with a dot, until `commit`. A value that travels to the ranks, which must see
/// the same file system.
class SharedFile {
 public:
  SharedFile() = default;

  /// On the driver, before the job: creates the file, and missing folders above it. Throws UsageError for a path that
  /// is empty, exists, ends with a slash or is refused by `localPath`, OutputError if it cannot be created; both name
  /// it.
  static SharedFile create(const std::string& path);

  /// On a rank: writes from byte `offset` on. A range may be written again.
  RangeWriter writeFrom(std::uint64_t offset) const { return {path_, temporary_, offset}; }

  /// On the driver, as the last step: gives the file its name. Throws UsageError if there is a file of that name by
  /// now, OutputError if the system refuses.
  void commit() const;

  /// On the driver, after a failure: removes the file. Ignores errors.
  void discard() const noexcept;

  const std::string& path() const { return path_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path_& temporary_;
  }

 private:
  std::string path_;  // absolute
  std::string temporary_;
};

}  // namespace seltzer::detail
