#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/csv.hpp>
#include <seltzer/detail/files/input_splits.hpp>

namespace seltzer::detail {

/// A field of a row, without quotes around it and with those within it single.
struct CsvField {
  std::string_view text;
  bool quoted = false;
};

class PlacedRecords;

/// The rows that start in a range of bytes of a file. Lines end as for `textFile`; empty ones are no rows. Throws
/// std::runtime_error that names file, line and column for a quote where none may be, a quoted field that does not end
/// in its line (in the file, with `multiline`), and a header other than expected.
class CsvReader {
 public:
  /// With `multiline`, and of a compressed file, the range is the whole file. Rows have `columns` fields, 0: any
  /// number.
  CsvReader(const InputFile& file, const FileSplit& range, const CsvOptions& options, std::size_t columns,
            std::size_t bufferBytes);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Reads the next row; false at the end.
  bool next();

  /// The fields of the row, valid until `next`.
  std::span<const CsvField> fields() const { return fields_; }

  /// Bytes read so far.
  std::uint64_t bytesRead() const;

  /// Throws std::runtime_error: the field of a column, counted from 0, is no value of a type.
  [[noreturn]] void failAt(std::size_t column, std::string_view type) const;

 private:
  void readHeader();
  void split();
  void addQuoted(std::size_t& at);
  [[noreturn]] void fail(std::size_t column, std::string_view what) const;

  InputFile file_;
  CsvOptions options_;
  std::size_t columns_;
  std::unique_ptr<PlacedRecords> records_;
  std::string_view record_;
  std::vector<CsvField> fields_;
  std::string unquoted_;  // the texts of fields with quotes within
};

/// Throws std::invalid_argument if no table can be written so.
void requireUsable(const CsvOptions& options);

}  // namespace seltzer::detail
