#pragma once

#include <functional>
#include <memory>

#include <seltzer/codec.hpp>
#include <seltzer/detail/net/bytes.hpp>

namespace seltzer::detail {

/// Compresses a stream of bytes, with the codec's usual level. The same input, in the same pieces, gives the same bytes
/// everywhere: no time and no name is written.
class Compressor {
 public:
  /// Takes compressed bytes; may throw.
  using Output = std::function<void(ByteView)>;

  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  virtual ~Compressor() = default;

  /// Compresses `input`, which is not kept. Throws what `output` throws; the compressor is of no further use then.
  virtual void write(ByteView input, const Output& output) = 0;

  /// Ends the stream; called once. An empty input gives a stream too.
  virtual void finish(const Output& output) = 0;

  /// Null for `Codec::none`.
  static std::unique_ptr<Compressor> make(Codec codec);
};

}  // namespace seltzer::detail
