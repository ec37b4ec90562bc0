#include "files/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <seltzer/detail/data/batch/batch.hpp>

namespace seltzer::detail {

LineReader::LineReader(std::unique_ptr<ByteInput> input, std::uint64_t begin, std::uint64_t end,
                       std::size_t bufferBytes)
    : window_(std::move(input), begin == 0 ? 0 : begin - 1, end, bufferBytes),
      end_(end),
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
    if (position_ < window_.size() && !discarding_) {
      lines_[count_++] = {window_.data() + position_, window_.size() - position_};
      if (atMark_ && lines_[0] == byteOrderMark) count_ = 0;  // the file is only a mark
    }
  }
  if (atMark_ && count_ > 0) {
    atMark_ = false;
    if (lines_[0].starts_with(byteOrderMark)) lines_[0].remove_prefix(byteOrderMark.size());
  }
  return {lines_.data(), count_};
}

/// Takes up to `most` lines that end in the window.
void LineReader::cut(std::size_t most) {
  const std::size_t limit =
      end_ - window_.offset() < window_.size() ? static_cast<std::size_t>(end_ - window_.offset()) : window_.size();
  while (count_ < std::min(most, lines_.size()) && position_ < limit) {
    const std::size_t at = std::min(lineFeed_, carriageReturn_);
    if (at == window_.size()) {
      if (discarding_) position_ = window_.size();
      break;
    }
    if (!discarding_) lines_[count_++] = {window_.data() + position_, at - position_};
    discarding_ = false;
    position_ = at + 1;
    if (at == lineFeed_) {
      lineFeed_ = find('\n', position_);
      continue;
    }
    lineFeedMayFollow_ = position_ == window_.size();
    if (lineFeed_ == position_ && !lineFeedMayFollow_) lineFeed_ = find('\n', ++position_);
    carriageReturn_ = find('\r', position_);
  }
  if (window_.offset() + position_ >= end_) finished_ = true;
}

/// Adds bytes to the window; false at the end of the input.
bool LineReader::fill() {
  window_.drop(position_);
  lineFeed_ -= position_;
  carriageReturn_ -= position_;
  position_ = 0;
  const std::size_t before = window_.size();
  if (!window_.fill()) return false;
  if (lineFeed_ == before) lineFeed_ = find('\n', before);
  if (carriageReturn_ == before) carriageReturn_ = find('\r', before);
  if (lineFeedMayFollow_ && lineFeed_ == position_) lineFeed_ = find('\n', ++position_);
  lineFeedMayFollow_ = false;
  return true;
}

std::size_t LineReader::find(char c, std::size_t from) const {
  if (from >= window_.size()) return window_.size();
  const void* const found = std::memchr(window_.data() + from, c, window_.size() - from);
  return found == nullptr ? window_.size() : static_cast<std::size_t>(static_cast<const char*>(found) - window_.data());
}

}  // namespace seltzer::detail
