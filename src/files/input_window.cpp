#include "files/input_window.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace seltzer::detail {
namespace {

/// The first read of a range, and the first past its end: a partition of which little is needed reads little.
constexpr std::size_t firstChunk = std::size_t{64} << 10;
constexpr std::size_t firstChunkPastEnd = std::size_t{4} << 10;

}  // namespace

InputWindow::InputWindow(std::unique_ptr<ByteInput> input, std::uint64_t start, std::uint64_t end,
                         std::size_t bufferBytes)
    : input_(std::move(input)),
      start_(start),
      end_(end),
      bufferBytes_(bufferBytes),
      chunk_(std::min(bufferBytes, firstChunk)),
      offset_(start) {}

void InputWindow::drop(std::size_t count) {
  if (count == 0) return;
  std::memmove(buffer_.get(), buffer_.get() + count, filled_ - count);
  offset_ += count;
  filled_ -= count;
}

bool InputWindow::fill() {
  if (filled_ == capacity_) {
    const std::size_t grown = capacity_ == 0 ? bufferBytes_ : 2 * capacity_;
    // realloc moves large buffers by remapping their pages, without a copy.
    char* const memory = static_cast<char*>(std::realloc(buffer_.get(), grown));
    if (memory == nullptr) throw std::bad_alloc();
    static_cast<void>(buffer_.release());
    buffer_.reset(memory);
    capacity_ = grown;
  }
  const std::size_t count = input_->read(buffer_.get() + filled_, readSize());
  filled_ += count;
  return count > 0;
}

std::size_t InputWindow::readSize() {
  const std::uint64_t next = offset_ + filled_;
  std::size_t size = std::min(chunk_, capacity_ - filled_);
  if (next < end_) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - next));
  } else if (!pastEnd_) {
    pastEnd_ = true;
    chunk_ = std::min(bufferBytes_, firstChunkPastEnd);
    size = std::min(chunk_, capacity_ - filled_);
  }
  chunk_ = std::min(bufferBytes_, 2 * chunk_);
  return size;
}

}  // namespace seltzer::detail
