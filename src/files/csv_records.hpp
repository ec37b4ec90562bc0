#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "files/input_window.hpp"
#include "files/placed_records.hpp"

namespace seltzer::detail {

/// A row ends at the first line end that is not between quotes.
class CsvMultilineRecords final : public PlacedRecords {
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
