#pragma once

#include <ios>
#include <span>
#include <stdexcept>

#include <boost/iostreams/categories.hpp>

#include <seltzer/detail/files/compressor.hpp>

namespace seltzer::detail {

/// The sink that Boost's filters write to.
class OutputDevice {
 public:
  using char_type = char;
  using category = boost::iostreams::sink_tag;

  explicit OutputDevice(const Compressor::Output& output) : output_(output) {}

  std::streamsize write(const char* bytes, std::streamsize count) {
    output_(std::as_bytes(std::span(bytes, static_cast<std::size_t>(count))));
    return count;
  }

 private:
  const Compressor::Output& output_;
};

/// Adapts `Filter`, a Boost compressor.
template <class Filter>
class FilterCompressor final : public Compressor {
 public:
  template <class Parameters>
  explicit FilterCompressor(const Parameters& parameters) : filter_(parameters, bufferBytes) {}

  void write(ByteView input, const Output& output) override {
    OutputDevice device(output);
    const auto* bytes = reinterpret_cast<const char*>(input.data());
    const auto count = static_cast<std::streamsize>(input.size());
    if (filter_.write(device, bytes, count) != count) throw std::runtime_error("the compressor accepts no more bytes");
  }

  void finish(const Output& output) override {
    OutputDevice device(output);
    filter_.close(device, std::ios_base::out);
  }

 private:
  static constexpr std::streamsize bufferBytes = 64 << 10;

  Filter filter_;
};

}  // namespace seltzer::detail
