#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string_view>

#include <seltzer/detail/files/plain_input.hpp>

namespace seltzer::detail {

/// The most bytes that an InputWindow reads at once; its buffer is larger only for longer lines and records. Set on the
/// driver, for RDDs created afterwards.
inline std::size_t textBufferBytes = std::size_t{1} << 20;

/// An `end` of a range that is the whole input.
inline constexpr std::uint64_t toTheEnd = std::numeric_limits<std::uint64_t>::max();

/// A mark that some programs write at the start of a file, in UTF-8; it is no part of the text.
inline constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Bytes of a sequential input that are in memory together: more are added at the end, and those that are no longer
/// needed are dropped at the start. Reads in steps that begin small, at the start of the input and again past `end`, so
/// that little is read where little is needed.
class InputWindow {
 public:
  /// `input` starts at byte `start` of the file. The range of interest is before byte `end`: no read that starts in it
  /// reads past it. Requires bufferBytes > 0.
  InputWindow(std::unique_ptr<ByteInput> input, std::uint64_t start, std::uint64_t end, std::size_t bufferBytes);

  const char* data() const { return buffer_.get(); }
  std::size_t size() const { return filled_; }
  std::string_view text() const { return {data(), size()}; }

  /// The place of the first byte in the file.
  std::uint64_t offset() const { return offset_; }

  /// Drops the first `count` bytes; moves the others.
  void drop(std::size_t count);

  /// Adds bytes; may move all. False at the end of the input.
  bool fill();

  /// Bytes read so far.
  std::uint64_t bytesRead() const { return offset_ + filled_ - start_; }

 private:
  std::size_t readSize();

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };

  std::unique_ptr<ByteInput> input_;
  std::uint64_t start_;
  std::uint64_t end_;
  std::size_t bufferBytes_;
  std::size_t chunk_;  // size of the next read, at most
  bool pastEnd_ = false;
  std::unique_ptr<char, Free> buffer_;
  std::size_t capacity_ = 0;
  std::uint64_t offset_;
  std::size_t filled_ = 0;
};

}  // namespace seltzer::detail
