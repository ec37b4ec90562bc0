#include "files/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <seltzer/detail/data/batch/batch.hpp>

namespace seltzer::detail {
namespace {

/// The first read of a range, and the first past its end: a partition of which little is needed reads little.
constexpr std::size_t firstChunk = std::size_t{64} << 10;
constexpr std::size_t firstChunkPastEnd = std::size_t{4} << 10;

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";  // in UTF-8

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteInput> input, std::uint64_t begin, std::uint64_t end,
                       std::size_t bufferBytes)
    : input_(std::move(input)),
      start_(begin == 0 ? 0 : begin - 1),
      end_(end),
      bufferBytes_(bufferBytes),
      chunk_(std::min(bufferBytes, firstChunk)),
      base_(start_),
      discarding_(begin > 0),
      atMark_(begin == 0),
      lines_(batchCapacity<std::string_view>) {}

std::span<std::string_view> LineReader::next(std::size_t most) {
  count_ = 0;
  while (!finished_) {
    cut(most);
    if (count_ > 0) break;
    if (finished_ || fill()) continue;
    finished_ = true;
    if (position_ < filled_ && !discarding_) {
      lines_[count_++] = {buffer_.get() + position_, filled_ - position_};
      if (atMark_ && lines_[0] == byteOrderMark) count_ = 0;  // the file is only a mark
    }
  }
  if (atMark_ && count_ > 0) {
    atMark_ = false;
    if (lines_[0].starts_with(byteOrderMark)) lines_[0].remove_prefix(byteOrderMark.size());
  }
  return {lines_.data(), count_};
}

/// Takes up to `most` lines that end in the buffer.
void LineReader::cut(std::size_t most) {
  const std::size_t limit = end_ - base_ < filled_ ? static_cast<std::size_t>(end_ - base_) : filled_;
  while (count_ < std::min(most, lines_.size()) && position_ < limit) {
    const std::size_t at = std::min(lineFeed_, carriageReturn_);
    if (at == filled_) {
      if (discarding_) position_ = filled_;
      break;
    }
    if (!discarding_) lines_[count_++] = {buffer_.get() + position_, at - position_};
    discarding_ = false;
    position_ = at + 1;
    if (at == lineFeed_) {
      lineFeed_ = find('\n', position_);
      continue;
    }
    lineFeedMayFollow_ = position_ == filled_;
    if (lineFeed_ == position_ && !lineFeedMayFollow_) lineFeed_ = find('\n', ++position_);
    carriageReturn_ = find('\r', position_);
  }
  if (base_ + position_ >= end_) finished_ = true;
}

/// Adds bytes to the buffer; false at the end of the input.
bool LineReader::fill() {
  dropConsumed();
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
  if (count == 0) return false;
  const std::size_t before = filled_;
  filled_ += count;
  if (lineFeed_ == before) lineFeed_ = find('\n', before);
  if (carriageReturn_ == before) carriageReturn_ = find('\r', before);
  if (lineFeedMayFollow_ && lineFeed_ == position_) lineFeed_ = find('\n', ++position_);
  lineFeedMayFollow_ = false;
  return true;
}

void LineReader::dropConsumed() {
  if (position_ == 0) return;
  std::memmove(buffer_.get(), buffer_.get() + position_, filled_ - position_);
  base_ += position_;
  filled_ -= position_;
  lineFeed_ -= position_;
  carriageReturn_ -= position_;
  position_ = 0;
}

std::size_t LineReader::readSize() {
  const std::uint64_t offset = base_ + filled_;
  std::size_t size = std::min(chunk_, capacity_ - filled_);
  if (offset < end_) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
  } else if (!pastEnd_) {
    pastEnd_ = true;
    chunk_ = std::min(bufferBytes_, firstChunkPastEnd);
    size = std::min(chunk_, capacity_ - filled_);
  }
  chunk_ = std::min(bufferBytes_, 2 * chunk_);
  return size;
}

std::size_t LineReader::find(char c, std::size_t from) const {
  if (from >= filled_) return filled_;
  const void* const found = std::memchr(buffer_.get() + from, c, filled_ - from);
  return found == nullptr ? filled_ : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.get());
}

}  // namespace seltzer::detail
