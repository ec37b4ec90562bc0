#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <seltzer/detail/data/block/memory_account.hpp>

namespace seltzer::detail {

/// The most bytes that the combiner of one key may hold: the limit of the account, but at least a mebibyte.
inline std::size_t groupLimit() {
  return std::max(memoryAccount().limit(), std::size_t{1} << 20);
}

/// Throws MemoryError, which names the key and says what to do: its combiner holds `bytes`, more than
/// groupLimit().
[[noreturn]] void throwGroupTooLarge(std::string_view key, std::size_t bytes);

/// Throws that if `bytes` are more than groupLimit(); `textOf()` is the key.
template <class TextOf>
void requireGroupFits(std::size_t bytes, TextOf&& textOf) {
  if (bytes > groupLimit()) throwGroupTooLarge(textOf(), bytes);
}

}  // namespace seltzer::detail
