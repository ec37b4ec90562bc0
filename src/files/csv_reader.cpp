#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/files/csv_reader.hpp>

#include "files/csv_records.hpp"
#include "files/file_content.hpp"

namespace seltzer::detail {
namespace {

std::unique_ptr<PlacedRecords> open(const InputFile& file, const FileSplit& range, const CsvOptions& options,
                                    std::size_t bufferBytes) {
  if (options.multiline) return std::make_unique<CsvMultilineRecords>(openContent(file), options.quote, bufferBytes);
  return std::make_unique<PlacedLines>(file, range, bufferBytes);
}

}  // namespace

CsvReader::CsvReader(const InputFile& file, const FileSplit& range, const CsvOptions& options, std::size_t columns,
                     std::size_t bufferBytes)
    : file_(file), options_(options), columns_(columns), records_(open(file, range, options, bufferBytes)) {
  if (range.begin == 0 && (options.header || !options.names.empty())) readHeader();
}

CsvReader::~CsvReader() = default;

std::uint64_t CsvReader::bytesRead() const {
  return records_->bytesRead();
}

bool CsvReader::next() {
  while (const auto record = records_->next()) {
    record_ = *record;
    if (record_.empty()) continue;
    split();
    return true;
  }
  return false;
}

void CsvReader::readHeader() {
  const auto record = records_->next();
  if (!record) return;  // an empty file
  record_ = *record;
  split();
  const auto& names = options_.names;
  for (std::size_t i = 0; i < std::min(fields_.size(), names.size()); ++i) {
    if (fields_[i].text != names[i])
      fail(i, fmt::format("it is named {}, and not {}", shownText(fields_[i].text), shownText(names[i])));
  }
}

void CsvReader::split() {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(record_.size());  // views of it are kept
  for (std::size_t at = 0;; ++at) {
    if (at < record_.size() && record_[at] == options_.quote && options_.quote != '\0') {
      addQuoted(at);
    } else {
      const std::size_t end = std::min(record_.find(options_.separator, at), record_.size());
      fields_.push_back({record_.substr(at, end - at)});
      if (options_.quote != '\0' && fields_.back().text.find(options_.quote) != std::string_view::npos) {
        fail(fields_.size() - 1,
             fmt::format("a quote within {}, which does not begin with one", shownText(fields_.back().text)));
      }
      at = end;
    }
    if (at == record_.size()) break;
  }
  const std::size_t expected = options_.names.empty() ? columns_ : options_.names.size();
  if (expected != 0 && fields_.size() != expected) {
    fail(std::min(fields_.size(), expected),
         fmt::format("there are {} fields, and not {}, in {}", fields_.size(), expected, shownText(record_)));
  }
}

/// Adds the field whose quote is at `at`, and moves that to the field's end.
void CsvReader::addQuoted(std::size_t& at) {
  const std::size_t start = ++at;
  const std::size_t copied = unquoted_.size();
  bool copies = false;
  std::size_t from = start;
  while (true) {
    const std::size_t quote = record_.find(options_.quote, at);
    if (quote == std::string_view::npos) {
      fail(fields_.size(),
           fmt::format("the quoted field {} does not end{}", shownText(record_.substr(start - 1)),
                       options_.multiline ? "" : " in its line; set CsvOptions::multiline if it goes on in the next"));
    }
    at = quote + 1;
    if (at == record_.size() || record_[at] != options_.quote) {
      if (copies) unquoted_.append(record_.substr(from, quote - from));
      fields_.push_back(
          {copies ? std::string_view(unquoted_).substr(copied) : record_.substr(start, quote - start), true});
      break;
    }
    unquoted_.append(record_.substr(from, at - from));
    copies = true;
    from = ++at;
  }
  if (at < record_.size() && record_[at] != options_.separator) {
    fail(fields_.size() - 1, fmt::format("after the closing quote comes {}", shownText(record_.substr(at, 1))));
  }
}

void CsvReader::failAt(std::size_t column, std::string_view type) const {
  const CsvField& field = fields_[column];
  if (field.text.empty()) {
    fail(column,
         fmt::format("the field is empty, and a {} is expected; use std::optional if there need not be one", type));
  }
  fail(column, fmt::format("{} is not a {}", shownText(field.text), type));
}

void CsvReader::fail(std::size_t column, std::string_view what) const {
  throw std::runtime_error(
      fmt::format("{}, line {}, column {}: {}", file_.path, lineNumberAt(file_, records_->offset()), column + 1, what));
}

void requireUsable(const CsvOptions& options) {
  const auto isLineEnd = [](char c) { return c == '\n' || c == '\r'; };
  if (options.separator == '\0' || isLineEnd(options.separator)) {
    throw std::invalid_argument("the separator must not be a line end or '\\0'");
  }
  if (isLineEnd(options.quote) || options.quote == options.separator) {
    throw std::invalid_argument("the quote must not be a line end or the separator; '\\0' stands for none");
  }
}

}  // namespace seltzer::detail
