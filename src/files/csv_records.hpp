#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "files/input_window.hpp"
#include "files/line_reader.hpp"

namespace seltzer::detail {

/// The texts of rows, one after the other.
class CsvRecords {
 public:
  CsvRecords() = default;
  CsvRecords(const CsvRecords&) = delete;
  CsvRecords& operator=(const CsvRecords&) = delete;
  virtual ~CsvRecords() = default;

  /// The next text, valid until the next call.
  virtual std::optional<std::string_view> next() = 0;

  /// Where the current one is in the file's content.
  virtual std::uint64_t offset() const = 0;
  virtual std::uint64_t bytesRead() const = 0;
};

/// Every line is a row.
class CsvLines final : public CsvRecords {
 public:
  explicit CsvLines(LineReader reader) : reader_(std::move(reader)) {}

  std::optional<std::string_view> next() override;
  std::uint64_t offset() const override { return offset_; }
  std::uint64_t bytesRead() const override { return reader_.bytesRead(); }

 private:
  LineReader reader_;
  std::span<std::string_view> lines_;
  std::uint64_t offset_ = 0;
};

/// A row ends at the first line end that is not between quotes.
class CsvMultilineRecords final : public CsvRecords {
 public:
  CsvMultilineRecords(std::unique_ptr<ByteInput> input, char quote, std::size_t bufferBytes)
      : window_(std::move(input), 0, toTheEnd, bufferBytes), quote_(quote) {}

  std::optional<std::string_view> next() override;
  std::uint64_t offset() const override { return window_.offset() + position_; }
  std::uint64_t bytesRead() const override { return window_.bytesRead(); }

 private:
  void passMark();
  bool fill();

  InputWindow window_;
  char quote_;
  bool atMark_ = true;
  std::size_t position_ = 0;  // of the current record in the window
  std::size_t next_ = 0;      // of what follows it
};

}  // namespace seltzer::detail
