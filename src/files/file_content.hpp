#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <seltzer/detail/files/plain_input.hpp>
#include <seltzer/saved_files.hpp>

namespace seltzer::detail {

/// ".gz" and the like; empty for `Codec::none`.
std::string_view endingOf(Codec codec);

/// The codec of a file by its ending: `.gz`, `.bz2`, `.xz`, `.zst`.
Codec codecOf(std::string_view path);

/// The contents of a file, decompressed if its ending names a codec. Concatenated compressed streams are one content,
/// and an empty file is empty content. Throws as PlainInput does; reading throws std::runtime_error that names the file
/// if it is truncated, damaged or not compressed. In zstd frames without a checksum, which some writers omit, damage
/// may go unnoticed. `xz` files that need more than 100 MB are refused, and `zst` files whose window exceeds
/// `zstdWindowLog`.
std::unique_ptr<ByteInput> openContent(const InputFile& file);

/// All bytes of an input; `expected` is an estimate of how many.
std::string readAll(ByteInput& input, std::size_t expected);

}  // namespace seltzer::detail
