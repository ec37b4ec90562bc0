/// Keys for the shuffle benchmarks, as pure functions of the element's index.
#pragma once

#include <cstdint>
#include <utility>

namespace bench {

using Pair = std::pair<std::int64_t, std::int64_t>;
__extension__ using Wide = unsigned __int128;

/// Source: the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
constexpr std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}

/// (key, i), with one of `keys` keys that are about equally frequent.
struct EvenPair {
  std::int64_t keys;
  Pair operator()(std::int64_t i) const {
    const auto random = mixed(static_cast<std::uint64_t>(i) + 0x9e3779b97f4a7c15u);
    return {static_cast<std::int64_t>((static_cast<Wide>(random) * static_cast<std::uint64_t>(keys)) >> 64), i};
  }
};

/// The same, but nine of ten elements have key 0.
struct SkewedPair {
  std::int64_t keys;
  Pair operator()(std::int64_t i) const { return i % 10 == 0 ? EvenPair{keys}(i) : Pair(0, i); }
};

}  // namespace bench
