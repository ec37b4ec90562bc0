#pragma once

#include <functional>

#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/saved_files.hpp>

namespace seltzer::detail {

/// Compresses a stream of bytes, with the codec's default level. Deterministic: the same input in the same pieces gives
/// the same bytes, without time stamps or names.
class Compressor {
 public:
  /// Receives compressed bytes; may throw.
  using Output = std::function<void(ByteView)>;

  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  virtual ~Compressor() = default;

  /// Compresses `input`, without keeping a reference to it. Throws what `output` throws; the compressor is then
  /// unusable.
  virtual void write(ByteView input, const Output& output) = 0;

  /// Ends the stream; to be called once. Empty input also makes a valid stream.
  virtual void finish(const Output& output) = 0;

  /// Null for `Codec::none`.
  static UniquePointer<Compressor> make(Codec codec);
};

}  // namespace seltzer::detail
