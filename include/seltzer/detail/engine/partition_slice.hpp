#pragma once

#include <cstddef>

#include <seltzer/detail/data/wide_unsigned.hpp>

namespace seltzer::detail {

/// Where slice `i` of `n` elements in `parts` slices begins: floor(i*n/parts), without overflow.
constexpr std::size_t sliceBegin(std::size_t i, std::size_t n, std::size_t parts) {
  return static_cast<std::size_t>(static_cast<WideUnsigned>(i) * n / parts);
}

/// The slice that contains element `at` of `n`: the last that begins at or before it. Requires at < n.
constexpr std::size_t sliceOf(std::size_t at, std::size_t n, std::size_t parts) {
  return static_cast<std::size_t>(((static_cast<WideUnsigned>(at) + 1) * parts - 1) / n);
}

}  // namespace seltzer::detail
