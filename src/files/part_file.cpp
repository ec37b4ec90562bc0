#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/detail/files/part_file.hpp>

#include "net/forked_copy.hpp"

namespace seltzer::detail {

PartFile::PartFile(std::string path, std::string temporary, Codec codec)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      compressor_(Compressor::make(codec)),
      output_([this](ByteView bytes) { writeOut(bytes); }),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(bufferBytes)) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(temporary_).parent_path(), error);
  if (error) fail("making its temporary folder", error.value());
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("creating it", errno);
}

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!committed_ && !isForkedCopy()) ::unlink(temporary_.c_str());
}

void PartFile::appendLong(ByteView bytes) {
  drain();
  if (bytes.size() >= bufferBytes) {
    pass(bytes);
    drained_ += bytes.size();
  } else {
    append(bytes);
  }
}

void PartFile::drain() {
  pass({buffer_.get(), used_});
  drained_ += std::exchange(used_, 0);
}

void PartFile::pass(ByteView bytes) {
  if (bytes.empty()) return;
  if (compressor_) {
    compressor_->write(bytes, output_);
  } else {
    writeOut(bytes);
  }
}

void PartFile::writeOut(ByteView bytes) {
  refuseForkedCopy();
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(fmt::format("writing at byte {}", size_), errno);
    }
    size_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PartFile::commit() {
  refuseForkedCopy();
  drain();
  if (compressor_) compressor_->finish(output_);
  close();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("renaming it from " + temporary_, errno);
  committed_ = true;
}

void PartFile::close() {
  // Network file systems and quotas may report a failed `write` only here.
  while (::fsync(descriptor_) != 0) {
    if (errno == EINVAL || errno == ENOTSUP) break;  // the file system does not support it
    if (errno != EINTR) fail("making it durable", errno);
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("closing it", errno);
}

void PartFile::fail(std::string_view doing, int error) const {
  throw std::system_error(error, std::generic_category(),
                          fmt::format("the file {} could not be written: {}", path_, doing));
}

}  // namespace seltzer::detail
