#pragma once

#include <cstddef>
#include <cstdint>
#include <ios>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include <seltzer/detail/files/plain_input.hpp>

#include "files/zstd_decompressor.hpp"

namespace seltzer::detail {

/// The content of a compressed file. `Format` is a codec's struct in codec_table.cpp.
template <class Format>
class DecompressedInput final : public ByteInput {
 public:
  explicit DecompressedInput(const InputFile& file)
      : input_(file, 0), filter_(Format::make()), compressed_(bufferBytes, '\0') {}

  std::size_t read(char* to, std::size_t size) override {
    char* next = to;
    while (next == to && !done_) decompress(next, to + size);
    return static_cast<std::size_t>(next - to);
  }

 private:
  void refill() {
    const std::size_t count = input_.read(compressed_.data(), compressed_.size());
    next_ = compressed_.data();
    end_ = next_ + count;
    ended_ = count == 0;
  }

  void decompress(char*& to, char* toEnd) {
    if (next_ == end_ && !ended_) refill();
    if (ended_ && input_.offset() == 0) {  // an empty file
      done_ = true;
      return;
    }
    const char* const from = next_;
    char* const before = to;
    bool more = true;
    try {
      more = filter_.filter().filter(next_, end_, to, toEnd, ended_);
    } catch (const typename Format::Error& error) {
      if constexpr (requires { error.windowTooLarge(); }) {
        if (error.windowTooLarge() && zstdWindowLog < largestZstdWindowLog) failWindow();
      }
      if (ended_) failTruncated();
      failDamaged(static_cast<std::uint64_t>(end_ - next_), error.error());
    }
    if (!more) {
      endStream();
    } else if (next_ == from && to == before) {
      if (ended_ && ++idle_ > 1) failTruncated();  // liblzma reports a lack of input only on the second call
    } else {
      idle_ = 0;
    }
  }

  /// One compressed stream has ended: another follows, or the file ends too.
  void endStream() {
    if (next_ == end_ && !ended_) refill();
    if (next_ != end_) {
      filter_.filter().close();
    } else {
      done_ = true;
    }
  }

  [[noreturn]] void failTruncated() const {
    throw std::runtime_error(fmt::format("{} is truncated: its {} bytes end in the middle of the {} data",
                                         input_.file().path, input_.offset(), Format::name));
  }
  [[noreturn]] void failWindow() const {
    throw std::runtime_error(fmt::format(
        "{} needs a window of more than 2^{} bytes to decompress; --seltzer-zstd-window-log {} allows it, for up to "
        "2 GiB of memory a rank, or compress it with `zstd --long={}`",
        input_.file().path, zstdWindowLog, largestZstdWindowLog, zstdWindowLog));
  }
  [[noreturn]] void failDamaged(std::uint64_t unread, int code) const {
    if constexpr (requires { Format::memoryLimitError; }) {
      if (code == Format::memoryLimitError) {
        throw std::runtime_error(input_.file().path +
                                 " needs more than 100 MB to decompress; compress it with a smaller dictionary");
      }
    }
    throw std::runtime_error(fmt::format("{} is damaged, or not a {} file: near byte {} (code {})", input_.file().path,
                                         Format::name, input_.offset() - unread, code));
  }

  static constexpr std::size_t bufferBytes = std::size_t{128} << 10;  // for compressed bytes

  PlainInput input_;
  typename Format::Filter filter_;
  std::string compressed_;
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  bool ended_ = false;  // the file
  bool done_ = false;   // the content
  int idle_ = 0;        // calls without progress
};

}  // namespace seltzer::detail
