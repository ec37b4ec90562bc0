#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "pi_sample.hpp"

/// How many of the samples [begin, end) lie inside the circle. The verdicts go through an array of bytes, which g++ 12
/// vectorizes as well as the bare loop or better.
inline std::int64_t countInside(PiSample inside, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kBlock = 1024;
  std::array<std::uint8_t, kBlock> verdicts;
  std::int64_t count = 0;
  while (begin < end) {
    const std::int64_t size = std::min(kBlock, end - begin);
    for (std::int64_t j = 0; j < size; ++j) verdicts[j] = inside(begin + j);
    std::uint32_t countInBlock = 0;
    for (std::int64_t j = 0; j < size; ++j) countInBlock += verdicts[j];
    count += countInBlock;
    begin += size;
  }
  return count;
}
