#pragma once

#include <cstdint>

namespace seltzer {

/// How a file is compressed.
enum class Codec : std::uint8_t { none, gzip, bzip2, xz, zstd };

}  // namespace seltzer
