#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <seltzer/csv.hpp>
#include <seltzer/detail/data/element/element_text.hpp>
#include <seltzer/detail/files/part_file.hpp>
#include <seltzer/detail/operators/csv_row.hpp>

namespace seltzer::detail {

/// Writes the texts of a table's fields.
class CsvWriter {
 public:
  CsvWriter(PartFile& file, CsvOptions options) : file_(file), options_(std::move(options)) {}

  /// The line of names, if there are any.
  void writeHeader();

  /// A field that is quoted if it must be. Throws std::invalid_argument if there are no quotes.
  void writeText(std::string_view text);

  /// A field in quotes without text.
  void writeEmptyText();

  /// Throws std::invalid_argument for a row without fields, or with more or fewer than there are names.
  void requireFields(std::size_t count) const;

  /// What precedes the next field of a row.
  void startField(bool first) {
    if (!first) appendCharacter(file_, options_.separator);
  }
  void endRow() { appendCharacter(file_, '\n'); }

  PartFile& file() { return file_; }

 private:
  PartFile& file_;
  CsvOptions options_;
};

/// One row for each element.
template <class Row>
class CsvFormat {
 public:
  using Options = CsvOptions;

  CsvFormat(PartFile& file, const CsvOptions& options) : writer_(file, options) { writer_.writeHeader(); }

  void write(std::span<Row> batch) {
    for (const Row& row : batch) writeRow(row);
  }
  void finish() {}
  std::uint64_t recordBytes() const { return 0; }

 private:
  void writeRow(const Row& row) {
    if constexpr (isTextRow<Row>) {
      writer_.requireFields(row.size());
      for (std::size_t i = 0; i < row.size(); ++i) writeField(row[i], i == 0, row.size() == 1);
    } else {
      withColumns(row, [this](const auto&... members) {
        bool first = true;
        (this->writeField(members, std::exchange(first, false), sizeof...(members) == 1), ...);
      });
    }
    writer_.endRow();
  }

  /// `alone`: the only field of its row, whose line must not be empty.
  template <class T>
  void writeField(const T& value, bool first, bool alone) {
    writer_.startField(first);
    if constexpr (isOptional<T>) {
      if (value) return writeValue(*value, true);
      if (alone) writer_.writeEmptyText();
    } else {
      writeValue(value, alone);
    }
  }

  template <class T>
  void writeValue(const T& value, bool quotesEmpty) {
    if constexpr (std::is_same_v<T, char>) {
      writer_.writeText({&value, 1});
    } else if constexpr (std::is_arithmetic_v<T>) {
      appendText(writer_.file(), value);
    } else if (value.empty() && quotesEmpty) {
      writer_.writeEmptyText();
    } else {
      writer_.writeText(value);
    }
  }

  CsvWriter writer_;
};

}  // namespace seltzer::detail
