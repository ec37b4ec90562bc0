#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seltzer/detail/files/open_file.hpp>

namespace seltzer::detail {
namespace {

std::string_view kindOf(::mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no file";
}

bool isRegular(const std::string& path) {
  struct ::stat found = {};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

int openOrThrow(const std::string& path) {
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  int descriptor = ::open(path.c_str(), flags | O_NONBLOCK);
  // Another process, such as a file server, has a lease on the file: wait until it gives it up.
  if (descriptor < 0 && errno == EWOULDBLOCK && isRegular(path)) descriptor = ::open(path.c_str(), flags);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  return descriptor;
}

}  // namespace

OpenFile::OpenFile(std::string path) : path_(std::move(path)), descriptor_(openOrThrow(path_)) {
  try {
    requireRegular();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

OpenFile::~OpenFile() {
  ::close(descriptor_);
}

void OpenFile::requireRegular() {
  struct ::stat found = {};
  if (::fstat(descriptor_, &found) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot stat " + path_);
  }
  if (!S_ISREG(found.st_mode)) {
    throw std::runtime_error(
        fmt::format("cannot read {}: it is {}, and was a file when it was listed", path_, kindOf(found.st_mode)));
  }
  size_ = static_cast<std::uint64_t>(found.st_size);
}

void OpenFile::willReadFrom(std::uint64_t begin) const {
  ::posix_fadvise(descriptor_, static_cast<off_t>(begin), 0, POSIX_FADV_SEQUENTIAL);  // a hint, which may fail
}

std::size_t OpenFile::read(void* to, std::size_t size, std::uint64_t offset) const {
  while (true) {
    const ::ssize_t count = ::pread(descriptor_, to, size, static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), fmt::format("cannot read {} at byte {}", path_, offset));
    }
  }
}

}  // namespace seltzer::detail
