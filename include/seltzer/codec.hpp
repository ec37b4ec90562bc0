#pragma once

#include <cstdint>

namespace seltzer {

/// How a file is compressed, and what its name ends with.
enum class Codec : std::uint8_t {
  none,   ///< as it is
  gzip,   ///< `.gz`
  bzip2,  ///< `.bz2`
  xz,     ///< `.xz`
  zstd    ///< `.zst`
};

}  // namespace seltzer
