#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <seltzer/detail/files/input_splits.hpp>

#include "files/line_reader.hpp"

namespace seltzer::detail {

/// The texts of records, one after the other, and their places.
class PlacedRecords {
 public:
  PlacedRecords() = default;
  PlacedRecords(const PlacedRecords&) = delete;
  PlacedRecords& operator=(const PlacedRecords&) = delete;
  virtual ~PlacedRecords() = default;

  /// The next text, valid until the next call.
  virtual std::optional<std::string_view> next() = 0;

  /// Where the current one is in the file's content.
  virtual std::uint64_t offset() const = 0;
  virtual std::uint64_t bytesRead() const = 0;
};

/// Records that are lines.
class PlacedLines final : public PlacedRecords {
 public:
  /// The lines that start in a range of bytes; all of a compressed file.
  PlacedLines(const InputFile& file, const FileSplit& range, std::size_t bufferBytes);

  std::optional<std::string_view> next() override;
  std::uint64_t offset() const override { return offset_; }
  std::uint64_t bytesRead() const override { return reader_.bytesRead(); }

 private:
  LineReader reader_;
  std::span<std::string_view> lines_;
  std::uint64_t offset_ = 0;
};

/// The number of the line at a place in a file's content; reads the file up to there.
std::uint64_t lineNumberAt(const InputFile& file, std::uint64_t offset);

/// A text in quotes for a message: its beginning, if it is long.
std::string shownText(std::string_view text);

}  // namespace seltzer::detail
