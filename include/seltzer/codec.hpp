#pragma once

#include <cstdint>

namespace seltzer {

/// How a file is compressed, and the extension of its name.
enum class Codec : std::uint8_t {
  none,   ///< not compressed
  gzip,   ///< `.gz`
  bzip2,  ///< `.bz2`
  xz,     ///< `.xz`
  zstd    ///< `.zst`
};

}  // namespace seltzer
