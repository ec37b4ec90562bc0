#pragma once

#include <cstddef>

namespace seltzer::detail {

__extension__ using WideUnsigned = unsigned __int128;

/// floor(i*n/parts), without overflow: where slice `i` of `n` elements over `parts` partitions begins.
constexpr std::size_t sliceBegin(std::size_t i, std::size_t n, std::size_t parts) {
  return static_cast<std::size_t>(static_cast<WideUnsigned>(i) * n / parts);
}

/// The slice that element `at` of `n` is in: the last that begins at it or before. Requires at < n.
constexpr std::size_t sliceOf(std::size_t at, std::size_t n, std::size_t parts) {
  return static_cast<std::size_t>(((static_cast<WideUnsigned>(at) + 1) * parts - 1) / n);
}

}  // namespace seltzer::detail
