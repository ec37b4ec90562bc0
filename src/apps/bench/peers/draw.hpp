/// Random numbers as functions of an index that every system can compute: rows.py and the programs of the others have
/// the same.
#pragma once

#include <cstdint>
#include <utility>

namespace peers {

using Pair = std::pair<std::int64_t, std::int64_t>;

/// A number below 2^31, a different one for each i below 2^31.
constexpr std::int64_t draw(std::int64_t i) {
  constexpr std::int64_t mask = 0x7fffffff;
  std::int64_t x = (i * 1103515245 + 12345) & mask;
  x = ((x ^ (x >> 16)) * 73244475) & mask;
  return x ^ (x >> 15);
}

/// One of `keys` keys, about equally frequent.
constexpr std::int64_t keyAt(std::int64_t i, std::int64_t keys) {
  return (draw(i) * keys) >> 31;
}

/// A number of 62 bits, including the sign.
constexpr std::int64_t numberAt(std::int64_t i) {
  return draw(i) * (std::int64_t{1} << 31) + draw(i + (std::int64_t{1} << 30)) - (std::int64_t{1} << 61);
}

constexpr double realAt(std::int64_t i) {
  constexpr double half = 1 << 30;
  return static_cast<double>(draw(i)) - half + static_cast<double>(draw(i + (std::int64_t{1} << 30))) / (2 * half);
}

/// The value of a key on the smaller side of a join.
constexpr std::int64_t priceOf(std::int64_t key) {
  return 3 * key + 1;
}

}  // namespace peers
