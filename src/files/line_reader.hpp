#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <seltzer/detail/data/batch/sink.hpp>
#include <seltzer/detail/files/plain_input.hpp>

#include "files/input_window.hpp"

namespace seltzer::detail {

/// The lines that start in a range of bytes. LF, CRLF and CR end a line and are not part of it; a last line without an
/// end counts, and nothing follows a last end. All other bytes belong to lines, except a UTF-8 byte order mark at the
/// start of the file, which is dropped; a file of nothing else has no lines.
class LineReader {
 public:
  /// `input` starts at byte `begin - 1` of the file, or at 0 if `begin` is 0: whether a line starts at `begin` depends
  /// on the byte before. Reads past `end` only to complete the last line. Requires begin < end, bufferBytes > 0.
  LineReader(std::unique_ptr<ByteInput> input, std::uint64_t begin, std::uint64_t end, std::size_t bufferBytes);

  /// The next lines, at most `most`, which is at least 1, and at most a batch; none at the end. They are in the
  /// reader's buffer, valid until the next call.
  std::span<std::string_view> next(std::size_t most = Demand::unlimited);

  /// Where a line that `next` returned last begins in the input's content.
  std::uint64_t offsetOf(std::string_view line) const {
    return window_.offset() + static_cast<std::uint64_t>(line.data() - window_.data());
  }

  /// Bytes read so far.
  std::uint64_t bytesRead() const { return window_.bytesRead(); }

 private:
  void cut(std::size_t most);
  bool fill();
  std::size_t find(char c, std::size_t from) const;

  InputWindow window_;
  std::uint64_t end_;

  std::size_t position_ = 0;  // this and the following are indices in the window: where the current line starts
  std::size_t lineFeed_ = 0;  // the next from position_ on; the window's size if there is none yet
  std::size_t carriageReturn_ = 0;

  bool discarding_;                 // the current line started before the range
  bool atMark_;                     // at the start of the file, where a byte order mark may be
  bool lineFeedMayFollow_ = false;  // the last line ended with a CR at the end of the buffer
  bool finished_ = false;
  std::vector<std::string_view> lines_;
  std::size_t count_ = 0;
};

}  // namespace seltzer::detail
