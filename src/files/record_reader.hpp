#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <seltzer/detail/data/batch/sink.hpp>
#include <seltzer/detail/files/plain_input.hpp>

#include "files/input_window.hpp"

namespace seltzer::detail {

/// The records that start in a range of bytes of a file, where a delimiter of any bytes ends a record. Delimiters are
/// those that a search from the start of the file finds, each after the end of the one before: "aaa" has one "aa".
/// Records are what is between them and belong to where they start; they may be empty. What follows the last delimiter
/// is a record if it is not empty. A UTF-8 byte order mark at the start of the file is dropped before the search.
class RecordReader {
 public:
  /// `input` starts at byte `start` of the file, which is what `delimiterSearchStart` gives for `begin`. Reads past
  /// `end` only to complete the last record. Requires begin < end, a delimiter, bufferBytes > 0.
  RecordReader(std::unique_ptr<ByteInput> input, std::uint64_t start, std::uint64_t begin, std::uint64_t end,
               std::string delimiter, std::size_t bufferBytes);

  /// The next records, at most `most`, which is at least 1, and at most a batch; none at the end. They are in the
  /// reader's buffer, valid until the next call.
  std::span<std::string_view> next(std::size_t most = Demand::unlimited);

  /// Bytes read so far.
  std::uint64_t bytesRead() const { return window_.bytesRead(); }

 private:
  void passMark();
  void cut(std::size_t most);
  bool fill();
  bool discarding() const { return recordStart_ < begin_; }

  InputWindow window_;
  std::uint64_t begin_;
  std::uint64_t end_;
  std::string delimiter_;

  std::uint64_t recordStart_;  // in the file; of the first record, before the mark
  std::size_t position_ = 0;   // in the window: the current record, or the rest of it if it is not wanted
  std::size_t searched_ = 0;   // in the window: no delimiter of the current record starts before
  bool atMark_;                // at the start of the file, where a byte order mark may be
  bool finished_ = false;
  std::vector<std::string_view> records_;
  std::size_t count_ = 0;
};

/// Where in a file the search for delimiters must start to find those that end at `begin` or later: the last place
/// before them that no delimiter can span, as far as the bytes around it tell. That is `begin` less the delimiter's
/// length, or further back if delimiters that overlap each other, such as "aa" in "aaa", follow each other there; then
/// these are read. Throws as PlainInput does.
std::uint64_t delimiterSearchStart(const InputFile& file, std::string_view delimiter, std::uint64_t begin);

}  // namespace seltzer::detail
