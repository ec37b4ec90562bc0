#include "files/csv_records.hpp"

namespace seltzer::detail {

std::optional<std::string_view> CsvMultilineRecords::next() {
  if (std::exchange(atMark_, false)) passMark();
  position_ = next_;
  bool quoted = false;
  for (std::size_t size = 0;; ++size) {
    if (position_ + size == window_.size() && !fill()) {
      if (size == 0) return {};
      next_ = position_ + size;
      return window_.text().substr(position_, size);
    }
    const char c = window_.data()[position_ + size];
    if (c == quote_ && c != '\0') quoted = !quoted;
    if (quoted || (c != '\n' && c != '\r')) continue;
    const bool lineFeedMayFollow = c == '\r' && (position_ + size + 1 < window_.size() || fill());
    next_ = position_ + size + 1;
    if (lineFeedMayFollow && window_.data()[next_] == '\n') ++next_;
    return window_.text().substr(position_, size);
  }
}

void CsvMultilineRecords::passMark() {
  while (window_.size() < byteOrderMark.size() && byteOrderMark.starts_with(window_.text()) && window_.fill()) continue;
  if (window_.text().starts_with(byteOrderMark)) next_ = byteOrderMark.size();
}

/// Adds bytes to the window, and drops those before the current record.
bool CsvMultilineRecords::fill() {
  window_.drop(std::exchange(position_, 0));
  return window_.fill();
}

}  // namespace seltzer::detail
