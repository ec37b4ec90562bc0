#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include <seltzer/detail/files/compressor.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/saved_files.hpp>

#include "files/input_window.hpp"

// Shared by the tests of files that are read.

namespace seltzer::test {

inline std::string compressed(Codec codec, const std::string& content) {
  std::string bytes;
  const detail::Compressor::Output append = [&bytes](detail::ByteView piece) {
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  };
  const auto compressor = detail::Compressor::make(codec);
  compressor->write(std::as_bytes(std::span(content)), append);
  compressor->finish(append);
  return bytes;
}

/// Sets the buffer size of RDDs created in its lifetime.
class BufferOf {
 public:
  explicit BufferOf(std::size_t bytes) : before_(std::exchange(detail::textBufferBytes, bytes)) {}
  ~BufferOf() { detail::textBufferBytes = before_; }
  BufferOf(const BufferOf&) = delete;
  BufferOf& operator=(const BufferOf&) = delete;

 private:
  std::size_t before_;
};

}  // namespace seltzer::test
