#include "files/record_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <seltzer/detail/data/batch/batch.hpp>

namespace seltzer::detail {
namespace {

/// How many bytes a search backwards reads at once.
constexpr std::uint64_t backwardBytes = std::uint64_t{64} << 10;

/// The first place of `delimiter` in `text`; npos if there is none. Linear in the length of the text.
std::size_t findIn(std::string_view text, std::string_view delimiter) {
  if (text.size() < delimiter.size()) return std::string_view::npos;
  const void* const found = ::memmem(text.data(), text.size(), delimiter.data(), delimiter.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Whether an end of the delimiter is also its start, so that it can overlap itself.
bool overlapsItself(std::string_view delimiter) {
  for (std::size_t size = 1; size < delimiter.size(); ++size) {
    if (delimiter.ends_with(delimiter.substr(0, size))) return true;
  }
  return false;
}

}  // namespace

std::uint64_t delimiterSearchStart(const InputFile& file, std::string_view delimiter, std::uint64_t begin) {
  const std::uint64_t length = delimiter.size();
  if (begin < length) return 0;
  std::uint64_t at = begin - length;
  if (overlapsItself(delimiter)) {
    std::string bytes;
    std::uint64_t first = at + 1;  // the place of `bytes` in the file
    while (at > 0) {
      // A delimiter that spans `at` starts here or later, and ends before at + length - 1.
      const std::uint64_t from = at - std::min(at, length - 1);
      const std::uint64_t end = at + length - 1;
      if (from < first) {
        first = from - std::min(from, backwardBytes);
        bytes.resize(end - first);
        PlainInput(file, first).readFully(bytes.data(), bytes.size());
      }
      const std::size_t found = findIn(std::string_view(bytes).substr(from - first, end - from), delimiter);
      if (found == std::string_view::npos) break;
      at = from + found;
    }
  }
  return at < byteOrderMark.size() ? 0 : at;
}

RecordReader::RecordReader(std::unique_ptr<ByteInput> input, std::uint64_t start, std::uint64_t begin,
                           std::uint64_t end, std::string delimiter, std::size_t bufferBytes)
    : window_(std::move(input), start, end, bufferBytes),
      begin_(begin),
      end_(end),
      delimiter_(std::move(delimiter)),
      recordStart_(start),
      atMark_(start == 0),
      records_(batchCapacity<std::string_view>) {}

std::span<std::string_view> RecordReader::next(std::size_t most) {
  count_ = 0;
  if (std::exchange(atMark_, false)) passMark();
  while (!finished_) {
    cut(most);
    if (count_ > 0) break;
    if (finished_ || fill()) continue;
    finished_ = true;
    if (position_ < window_.size() && !discarding()) records_[count_++] = window_.text().substr(position_);
  }
  return {records_.data(), count_};
}

void RecordReader::passMark() {
  while (window_.size() < byteOrderMark.size() && byteOrderMark.starts_with(window_.text()) && window_.fill()) continue;
  if (window_.text().starts_with(byteOrderMark)) position_ = searched_ = byteOrderMark.size();
}

/// Takes up to `most` records that end in the window.
void RecordReader::cut(std::size_t most) {
  const std::string_view text = window_.text();
  while (count_ < std::min(most, records_.size())) {
    if (recordStart_ >= end_) {
      finished_ = true;
      return;
    }
    const std::size_t found = findIn(text.substr(searched_), delimiter_);
    if (found == std::string_view::npos) {
      searched_ = std::max(searched_, text.size() - std::min(text.size(), delimiter_.size() - 1));
      if (!discarding()) return;
      position_ = searched_;
      finished_ = end_ - window_.offset() <= searched_ + delimiter_.size();  // what follows starts at the end or later
      return;
    }
    const std::size_t at = searched_ + found;
    if (!discarding()) records_[count_++] = text.substr(position_, at - position_);
    position_ = searched_ = at + delimiter_.size();
    recordStart_ = window_.offset() + position_;
  }
}

/// Adds bytes to the window; false at the end of the input.
bool RecordReader::fill() {
  window_.drop(position_);
  searched_ -= position_;
  position_ = 0;
  return window_.fill();
}

}  // namespace seltzer::detail
