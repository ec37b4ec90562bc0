#include "files/decompressed_input.hpp"

#include <algorithm>
#include <ios>
#include <stdexcept>

#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zlib.hpp>
#include <fmt/format.h>

#include "files/zstd_decompressor.hpp"

namespace seltzer::detail {
namespace {

namespace io = boost::iostreams;

constexpr std::size_t compressedBytes = std::size_t{128} << 10;  // read at once

struct Gzip {
  static constexpr std::string_view name = "gzip";
  using Filter = io::zlib_decompressor;
  using Error = io::zlib_error;
  // 16 more than the window's bits: zlib reads the gzip headers itself and checks length and checksum. Boost's
  // gzip_decompressor fails where a member's data end with its buffer and another member follows.
  static Filter make() { return Filter(15 + 16); }
};

struct Bzip2 {
  static constexpr std::string_view name = "bzip2";
  using Filter = io::bzip2_decompressor;
  using Error = io::bzip2_error;
  static Filter make() { return Filter(); }
};

struct Xz {
  static constexpr std::string_view name = "xz";
  using Filter = io::lzma_decompressor;
  using Error = io::lzma_error;
  static Filter make() { return Filter(); }
};

struct Zstd {
  static constexpr std::string_view name = "zstd";
  using Filter = ZstdDecompressor;
  using Error = ZstdError;
  static Filter make() { return Filter(); }
};

template <class Format>
class DecompressedInput final : public ByteInput {
 public:
  explicit DecompressedInput(const InputFile& file)
      : input_(file, 0), filter_(Format::make()), compressed_(compressedBytes, '\0') {}

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
    if (ended_ && input_.offset() == 0) {  // a file without any bytes
      done_ = true;
      return;
    }
    const char* const from = next_;
    char* const before = to;
    bool more = true;
    try {
      more = filter_.filter().filter(next_, end_, to, toEnd, ended_);
    } catch (const typename Format::Error& error) {
      if constexpr (std::is_same_v<Format, Zstd>) {
        if (error.windowTooLarge() && zstdWindowLog < largestZstdWindowLog) failWindow();
      }
      if (ended_) failTruncated();
      failDamaged(static_cast<std::uint64_t>(end_ - next_), error.error());
    }
    if (!more) {
      endStream();
    } else if (next_ == from && to == before) {
      if (ended_ && ++idle_ > 1) failTruncated();  // liblzma says only the second time that it cannot go on
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
    constexpr int xzMemoryLimit = 6;
    if (std::is_same_v<Format, Xz> && code == xzMemoryLimit) {
      throw std::runtime_error(input_.file().path +
                               " needs more than 100 MB to decompress; compress it with a smaller dictionary");
    }
    throw std::runtime_error(fmt::format("{} is damaged, or no {} file: around byte {} (code {})", input_.file().path,
                                         Format::name, input_.offset() - unread, code));
  }

  PlainInput input_;
  typename Format::Filter filter_;
  std::string compressed_;
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  bool ended_ = false;  // the file
  bool done_ = false;   // the content
  int idle_ = 0;        // calls without progress
};

}  // namespace

Codec codecOf(std::string_view path) {
  for (const Codec codec : {Codec::gzip, Codec::bzip2, Codec::xz, Codec::zstd}) {
    if (path.ends_with(endingOf(codec))) return codec;
  }
  return Codec::none;
}

std::unique_ptr<ByteInput> openContent(const InputFile& file) {
  switch (codecOf(file.path)) {
    case Codec::none:
      return std::make_unique<PlainInput>(file, 0);
    case Codec::gzip:
      return std::make_unique<DecompressedInput<Gzip>>(file);
    case Codec::bzip2:
      return std::make_unique<DecompressedInput<Bzip2>>(file);
    case Codec::xz:
      return std::make_unique<DecompressedInput<Xz>>(file);
    case Codec::zstd:
      return std::make_unique<DecompressedInput<Zstd>>(file);
  }
  throw std::invalid_argument("there is no such codec");
}

std::string readAll(ByteInput& input, std::size_t expected) {
  std::string content(expected + 1, '\0');  // one more, so that the end is seen without growing
  std::size_t size = 0;
  while (const std::size_t count = input.read(content.data() + size, content.size() - size)) {
    size += count;
    if (size == content.size()) content.resize(2 * size);
  }
  content.resize(size);
  return content;
}

}  // namespace seltzer::detail
