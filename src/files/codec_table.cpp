#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filter/zstd.hpp>

#include <seltzer/detail/net/unique_pointer.hpp>

#include "files/decompressed_input.hpp"
#include "files/file_content.hpp"
#include "files/filter_compressor.hpp"

// Each codec is a struct here and a row of the table below.

namespace seltzer::detail {
namespace {

namespace io = boost::iostreams;

struct Gzip {
  static constexpr std::string_view name = "gzip";
  static constexpr std::string_view ending = ".gz";
  using Compressor = io::gzip_compressor;
  using Parameters = io::gzip_params;
  using Filter = io::zlib_decompressor;
  using Error = io::zlib_error;
  // 16 more than the window's bits: zlib itself reads the gzip headers and checks length and checksum. Boost's
  // gzip_decompressor fails if a member's data ends exactly with its buffer and another member follows.
  static Filter make() { return Filter(15 + 16); }
};

struct Bzip2 {
  static constexpr std::string_view name = "bzip2";
  static constexpr std::string_view ending = ".bz2";
  using Compressor = io::bzip2_compressor;
  using Parameters = io::bzip2_params;
  using Filter = io::bzip2_decompressor;
  using Error = io::bzip2_error;
  static Filter make() { return Filter(); }
};

struct Xz {
  static constexpr std::string_view name = "xz";
  static constexpr std::string_view ending = ".xz";
  using Compressor = io::lzma_compressor;
  using Parameters = io::lzma_params;
  using Filter = io::lzma_decompressor;
  using Error = io::lzma_error;
  static constexpr int memoryLimitError = 6;  // LZMA_MEMLIMIT_ERROR
  static Filter make() { return Filter(); }
};

struct Zstd {
  static constexpr std::string_view name = "zstd";
  static constexpr std::string_view ending = ".zst";
  using Compressor = io::zstd_compressor;
  using Parameters = io::zstd_params;
  using Filter = ZstdDecompressor;
  using Error = ZstdError;
  static Filter make() { return Filter(); }
};

struct Row {
  Codec codec;
  std::string_view ending;
  UniquePointer<Compressor> (*compress)();
  std::unique_ptr<ByteInput> (*decompress)(const InputFile& file);
};

template <class Format>
constexpr Row row(Codec codec) {
  return {codec, Format::ending,
          []() -> UniquePointer<Compressor> {
            return makeUnique<FilterCompressor<typename Format::Compressor>>(typename Format::Parameters());
          },
          [](const InputFile& file) -> std::unique_ptr<ByteInput> {
            return std::make_unique<DecompressedInput<Format>>(file);
          }};
}

constexpr Row uncompressed = {
    Codec::none, "", []() -> UniquePointer<Compressor> { return nullptr; },
    [](const InputFile& file) -> std::unique_ptr<ByteInput> { return std::make_unique<PlainInput>(file, 0); }};

constexpr std::array table = {row<Gzip>(Codec::gzip), row<Bzip2>(Codec::bzip2), row<Xz>(Codec::xz),
                              row<Zstd>(Codec::zstd)};

const Row& rowOf(Codec codec) {
  if (codec == Codec::none) return uncompressed;
  const auto found = std::ranges::find(table, codec, &Row::codec);
  if (found == table.end()) throw std::invalid_argument("there is no such codec");
  return *found;
}

}  // namespace

std::string_view endingOf(Codec codec) {
  return rowOf(codec).ending;
}

Codec codecOf(std::string_view path) {
  const auto found = std::ranges::find_if(table, [path](const Row& each) { return path.ends_with(each.ending); });
  return found == table.end() ? Codec::none : found->codec;
}

UniquePointer<Compressor> Compressor::make(Codec codec) {
  return rowOf(codec).compress();
}

std::unique_ptr<ByteInput> openContent(const InputFile& file) {
  return rowOf(codecOf(file.path)).decompress(file);
}

}  // namespace seltzer::detail
