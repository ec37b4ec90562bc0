#pragma once

#include <cstddef>
#include <cstdint>

namespace seltzer::detail {

/// Calls `body(at)` where `at(i)` is first + i * step in wrapping arithmetic; compiled separately for a step of 1,
/// without the multiplication.
template <class Body>
void forSequence(std::int64_t first, std::int64_t step, Body&& body) {
  const auto begin = static_cast<std::uint64_t>(first);
  if (step == 1) {
    body([begin](std::size_t i) { return static_cast<std::int64_t>(begin + i); });
  } else {
    const auto stride = static_cast<std::uint64_t>(step);
    body([begin, stride](std::size_t i) { return static_cast<std::int64_t>(begin + i * stride); });
  }
}

}  // namespace seltzer::detail
