#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/files/plain_input.hpp>

namespace seltzer::detail {

PlainInput::PlainInput(const InputFile& file, std::uint64_t begin)
    : file_(file), offset_(begin), descriptor_(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + file_.path);
  ::posix_fadvise(descriptor_, static_cast<off_t>(begin), 0, POSIX_FADV_SEQUENTIAL);  // a hint: it may be refused
}

PlainInput::~PlainInput() {
  ::close(descriptor_);
}

std::size_t PlainInput::read(char* to, std::size_t size) {
  while (true) {
    const ::ssize_t count = ::pread(descriptor_, to, size, static_cast<off_t>(offset_));
    if (count > 0) {
      offset_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (count == 0) {
      if (offset_ >= file_.size) return 0;
      throw std::runtime_error(
          fmt::format("{} has shrunk: it ends before byte {}, and had {} bytes when it was listed; make the RDD anew",
                      file_.path, offset_, file_.size));
    }
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(),
                              fmt::format("cannot read {} at byte {}", file_.path, offset_));
    }
  }
}

void PlainInput::readFully(char* to, std::size_t size) {
  while (size > 0) {
    const std::size_t count = read(to, size);
    if (count == 0) throw std::out_of_range(fmt::format("{} has no bytes behind byte {}", file_.path, offset_));
    to += count;
    size -= count;
  }
}

}  // namespace seltzer::detail
