#include <ios>
#include <stdexcept>

#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>

#include <seltzer/codec.hpp>

namespace seltzer::detail {
namespace {

namespace io = boost::iostreams;

constexpr std::streamsize bufferBytes = 64 << 10;

/// What Boost's filters write to.
class OutputDevice {
 public:
  using char_type = char;
  using category = io::sink_tag;

  explicit OutputDevice(const Compressor::Output& output) : output_(output) {}

  std::streamsize write(const char* bytes, std::streamsize count) {
    output_(std::as_bytes(std::span(bytes, static_cast<std::size_t>(count))));
    return count;
  }

 private:
  const Compressor::Output& output_;
};

template <class Filter>
class FilterCompressor final : public Compressor {
 public:
  template <class Parameters>
  explicit FilterCompressor(const Parameters& parameters) : filter_(parameters, bufferBytes) {}

  void write(ByteView input, const Output& output) override {
    OutputDevice device(output);
    const auto* bytes = reinterpret_cast<const char*>(input.data());
    const auto count = static_cast<std::streamsize>(input.size());
    if (filter_.write(device, bytes, count) != count) throw std::runtime_error("the compressor takes no more bytes");
  }

  void finish(const Output& output) override {
    OutputDevice device(output);
    filter_.close(device, std::ios_base::out);
  }

 private:
  Filter filter_;
};

}  // namespace

std::string_view endingOf(Codec codec) {
  switch (codec) {
    case Codec::none:
      return "";
    case Codec::gzip:
      return ".gz";
    case Codec::bzip2:
      return ".bz2";
    case Codec::xz:
      return ".xz";
    case Codec::zstd:
      return ".zst";
  }
  throw std::invalid_argument("there is no such codec");
}

std::unique_ptr<Compressor> Compressor::make(Codec codec) {
  switch (codec) {
    case Codec::gzip:
      return std::make_unique<FilterCompressor<io::gzip_compressor>>(io::gzip_params());
    case Codec::bzip2:
      return std::make_unique<FilterCompressor<io::bzip2_compressor>>(io::bzip2_params());
    case Codec::xz:
      return std::make_unique<FilterCompressor<io::lzma_compressor>>(io::lzma_params());
    case Codec::zstd:
      return std::make_unique<FilterCompressor<io::zstd_compressor>>(io::zstd_params());
    case Codec::none:
      break;
  }
  throw std::invalid_argument("there is no such compressor");
}

}  // namespace seltzer::detail
