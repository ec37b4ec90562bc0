#pragma once

#include <cstdint>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// Writes a number that is usually small: seven bits a byte, the low ones first, and a bit that says whether more
/// follow (LEB128).
inline void writeCompact(WireWriter& writer, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) writer << static_cast<std::uint8_t>(number | 0x80);
  writer << static_cast<std::uint8_t>(number);
}

/// Reads what `writeCompact` wrote.
inline std::uint64_t readCompact(WireReader& reader) {
  std::uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = reader.read<std::uint8_t>();
    number |= static_cast<std::uint64_t>(byte & 0x7f) << (shift & 63);
    if (byte < 0x80) return number;
  }
}

}  // namespace seltzer::detail
