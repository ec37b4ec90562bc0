#pragma once

#include <cstddef>

namespace seltzer::detail {

__extension__ using WideUnsigned = unsigned __int128;

/// floor(i*n/parts), without overflow: where slice `i` of `n` elements over `parts` partitions begins.
constexpr std::size_t sliceBegin(std::size_t i, std::size_t n, std::size_t parts) {
  return static_cast<std::size_t>(static_cast<WideUnsigned>(i) * n / parts);
}

}  // namespace seltzer::detail
