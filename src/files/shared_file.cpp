#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/files/shared_file.hpp>
#include <seltzer/errors.hpp>

#include "files/output_path.hpp"
#include "net/forked_copy.hpp"
#include "net/host_name.hpp"

namespace seltzer::detail {

RangeWriter::RangeWriter(std::string path, const std::string& temporary, std::uint64_t offset)
    : path_(std::move(path)), offset_(offset), buffer_(std::make_unique_for_overwrite<std::byte[]>(bufferBytes)) {
  descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) fail("opening it as " + temporary, errno);
}

RangeWriter::~RangeWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RangeWriter::append(ByteView bytes) {
  if (bytes.empty()) return;
  appended_ += bytes.size();
  if (bytes.size() > bufferBytes - used_) {
    drain();
    if (bytes.size() >= bufferBytes) return writeOut(bytes);
  }
  std::memcpy(buffer_.get() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
}

void RangeWriter::drain() {
  writeOut({buffer_.get(), std::exchange(used_, 0)});
}

void RangeWriter::writeOut(ByteView bytes) {
  refuseForkedCopy();
  while (!bytes.empty()) {
    const ::ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<::off_t>(offset_));
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(fmt::format("writing at byte {}", offset_), errno);
    }
    offset_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void RangeWriter::finish() {
  drain();
  // Network file systems and quotas may report a failed `write` only here.
  while (::fsync(descriptor_) != 0) {
    if (errno == EINVAL || errno == ENOTSUP) break;  // the file system does not support it
    if (errno != EINTR) fail("making it durable", errno);
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("closing it", errno);
}

void RangeWriter::fail(std::string_view doing, int error) const {
  throw std::system_error(error, std::generic_category(),
                          fmt::format("the file {} could not be written: {}", path_, doing));
}

SharedFile SharedFile::create(const std::string& path) {
  if (path.ends_with('/')) throw UsageError(fmt::format("{} is the path of a directory; give that of a file", path));
  const std::filesystem::path whole = newOutputPath(path, "file");
  static std::uint64_t count = 0;
  SharedFile file;
  file.path_ = whole.string();
  file.temporary_ = fmt::format("{}/.{}.{}.{}.{}", whole.parent_path().string(), whole.filename().string(), hostName(),
                                ::getpid(), ++count);
  const int descriptor = ::open(file.temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) failOutput({errno, std::generic_category()}, "creating the file", whole);
  ::close(descriptor);
  return file;
}

void SharedFile::commit() const {
  int status = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
  if (status != 0 && (errno == EINVAL || errno == ENOSYS)) {  // the file system cannot do that
    status = ::rename(temporary_.c_str(), path_.c_str());
  }
  if (status == 0) return;
  if (errno == EEXIST) throw UsageError(alreadyExists(path_, "file"));
  failOutput({errno, std::generic_category()}, "renaming " + temporary_ + " to", path_);
}

void SharedFile::discard() const noexcept {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace seltzer::detail
