#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <seltzer/codec.hpp>
#include <seltzer/detail/files/plain_input.hpp>

namespace seltzer::detail {

/// ".gz" and the like; empty for none.
std::string_view endingOf(Codec codec);

/// How a file of this name is compressed, by its ending: `.gz`, `.bz2`, `.xz`, `.zst`.
Codec codecOf(std::string_view path);

/// The contents of a file: decompressed, if its ending says that it is compressed. Several compressed streams after one
/// another are one content, and none, a file without any bytes, is an empty one. Throws as PlainInput does, and reading
/// std::runtime_error that names the file where it is truncated, damaged or no compressed file; in zstd frames without
/// a checksum, which some writers leave out, damage within the content may stay unseen. `xz` files that need more than
/// 100 MB are refused, and `zst` files whose window is larger than `zstdWindowLog` says.
std::unique_ptr<ByteInput> openContent(const InputFile& file);

/// All bytes of an input. `expected` is how many there may be.
std::string readAll(ByteInput& input, std::size_t expected);

}  // namespace seltzer::detail
