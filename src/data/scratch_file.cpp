#include "data/scratch_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "net/forked_copy.hpp"

namespace seltzer::detail {
namespace {

constexpr std::size_t pieceBytes = std::size_t{1} << 20;

/// The parts of the file whose space is freed at once.
constexpr std::uint64_t partBytes = std::uint64_t{4} << 20;

std::optional<ScratchFile>& currentScratchFile() {
  static std::optional<ScratchFile> file;
  return file;
}

std::function<void(const std::string&)>& scratchWarning() {
  static std::function<void(const std::string&)> warn;
  return warn;
}

/// Which limit was reached, if it was one; otherwise empty.
std::string limitReached(int error, const std::string& folder) {
  struct ::statvfs system = {};
  struct ::rlimit file = {};
  if (error == EFBIG && ::getrlimit(RLIMIT_FSIZE, &file) == 0 && file.rlim_cur != RLIM_INFINITY) {
    return fmt::format(", where a file may have {:.1f} MB (ulimit -f)", static_cast<double>(file.rlim_cur) / 1e6);
  }
  const bool isFull = error == ENOSPC || error == EDQUOT || error == EFBIG;
  if (!isFull || ::statvfs(folder.c_str(), &system) != 0) return "";
  const double free = static_cast<double>(system.f_bavail) * static_cast<double>(system.f_frsize);
  return fmt::format(", where {:.1f} MB are free", free / 1e6);
}

}  // namespace

ScratchFile::~ScratchFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void ScratchFile::open() {
  descriptor_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    // Some file systems have no files without a name.
    std::string path = folder_ + "/seltzer-scratch-XXXXXX";
    descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail("making a scratch file", errno);
    ::unlink(path.c_str());
  }
  warnOfMemory();
}

void ScratchFile::warnOfMemory() const {
  struct ::statfs system = {};
  if (!scratchWarning() || ::fstatfs(descriptor_, &system) != 0) return;
  if (system.f_type != TMPFS_MAGIC && system.f_type != RAMFS_MAGIC) return;
  scratchWarning()(
      fmt::format("more data than memory goes to a scratch file in {}, which is in memory itself (a tmpfs): give "
                  "--seltzer-scratch a folder on a disk",
                  folder_));
}

void ScratchFile::fail(const std::string& doing, int error) const {
  std::string limit = limitReached(error, folder_);
  if (!limit.empty()) limit += fmt::format(" and {:.1f} MB are in use by this rank", static_cast<double>(held_) / 1e6);
  throw ScratchError(
      error, std::generic_category(),
      fmt::format("more data than memory: {} in {}{}; --seltzer-scratch names another folder", doing, folder_, limit));
}

void ScratchFile::write(ByteView data, std::uint64_t offset) {
  refuseForkedCopy();
  while (!data.empty()) {
    const ::ssize_t count = ::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == EINTR) continue;
      fail(fmt::format("writing {} bytes to the scratch file", data.size()), errno);
    }
    offset += static_cast<std::uint64_t>(count);
    data = data.subspan(static_cast<std::size_t>(count));
  }
}

void ScratchFile::flush() {
  if (descriptor_ < 0) open();
  write(pending_, written_);
  const std::size_t size = pending_.size();
  pending_.clear();
  advance(size);
}

/// Frees the parts that are complete now, if nothing in them is needed any more.
void ScratchFile::advance(std::size_t size) {
  const std::uint64_t first = written_ / partBytes;
  written_ += size;
  for (std::uint64_t part = first; part < written_ / partBytes; ++part) {
    if (heldInPart_[part] == 0) freePart(part);
  }
}

/// Where the file system does not support this the space stays in use.
void ScratchFile::freePart(std::uint64_t part) noexcept {
  if (isForkedCopy()) return;  // the file is still the rank's
  ::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(part * partBytes),
              static_cast<off_t>(partBytes));
}

std::uint64_t ScratchFile::append(ByteView data) {
  if (!pending_.empty() && pending_.size() + data.size() > pieceBytes) flush();
  const std::uint64_t offset = written_ + pending_.size();
  const bool isLarge = data.size() >= pieceBytes;
  if (isLarge) {
    if (descriptor_ < 0) open();
    write(data, offset);
  } else {
    pending_.reserve(pieceBytes);
    pending_.insert(pending_.end(), data.begin(), data.end());
  }
  held_ += data.size();
  const std::uint64_t end = offset + data.size();
  heldInPart_.resize((end + partBytes - 1) / partBytes);
  for (std::uint64_t at = offset; at < end;) {
    const std::uint64_t next = std::min(end, (at / partBytes + 1) * partBytes);
    heldInPart_[at / partBytes] += next - at;
    at = next;
  }
  if (isLarge) advance(data.size());
  return offset;
}

void ScratchFile::read(std::uint64_t offset, std::byte* to, std::size_t size) {
  if (offset >= written_) {
    std::memcpy(to, pending_.data() + (offset - written_), size);
    return;
  }
  while (size > 0) {
    const ::ssize_t count = ::pread(descriptor_, to, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("reading the scratch file", errno);
    if (count == 0) fail(fmt::format("{} bytes are missing at the end of the scratch file", size), EIO);
    to += count;
    offset += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
}

void ScratchFile::readAhead(std::uint64_t offset, std::size_t size) const noexcept {
  if (offset < written_)
    ::posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(size), POSIX_FADV_WILLNEED);
}

void ScratchFile::release(std::uint64_t offset, std::size_t size) noexcept {
  held_ -= size;
  const std::uint64_t end = offset + size;
  for (std::uint64_t at = offset; at < end;) {
    const std::uint64_t part = at / partBytes;
    const std::uint64_t next = std::min(end, (part + 1) * partBytes);
    heldInPart_[part] -= next - at;
    const bool isComplete = (part + 1) * partBytes <= written_;
    if (heldInPart_[part] == 0 && isComplete) freePart(part);
    at = next;
  }
  if (held_ > 0) return;
  // Begins anew.
  pending_.clear();
  heldInPart_.clear();
  if (written_ > 0 && !isForkedCopy() && ::ftruncate(descriptor_, 0) == 0) written_ = 0;
}

ScratchFile& scratchFile() {
  if (!currentScratchFile()) setScratchFolder(scratchFolder({}));
  return *currentScratchFile();
}

void setScratchFolder(const std::string& folder) {
  currentScratchFile().emplace(folder);
}

void setScratchWarning(std::function<void(const std::string&)> warn) {
  scratchWarning() = std::move(warn);
}

std::string scratchFolder(const std::string& option) {
  if (!option.empty()) return option;
  for (const char* name : {"SLURM_TMPDIR", "TMPDIR"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return "/tmp";
}

}  // namespace seltzer::detail
