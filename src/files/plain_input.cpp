#include <stdexcept>

#include <fmt/format.h>

#include <seltzer/detail/files/plain_input.hpp>

namespace seltzer::detail {

PlainInput::PlainInput(const InputFile& file, std::uint64_t begin) : file_(file), open_(file.path), offset_(begin) {
  open_.willReadFrom(begin);
}

std::size_t PlainInput::read(char* to, std::size_t size) {
  const std::size_t count = open_.read(to, size, offset_);
  if (count == 0 && offset_ < file_.size) {
    throw std::runtime_error(
        fmt::format("{} has shrunk: it ends before byte {}, and had {} bytes when it was listed; create the RDD again",
                    file_.path, offset_, file_.size));
  }
  offset_ += count;
  return count;
}

void PlainInput::readFully(char* to, std::size_t size) {
  while (size > 0) {
    const std::size_t count = read(to, size);
    if (count == 0) throw std::out_of_range(fmt::format("{} has no bytes after byte {}", file_.path, offset_));
    to += count;
    size -= count;
  }
}

}  // namespace seltzer::detail
