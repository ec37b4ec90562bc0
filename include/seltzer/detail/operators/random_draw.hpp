#pragma once

#include <cstdint>

namespace seltzer::detail {

/// The random bits of an element: a pure function of seed, partition and position. Generator: the first 64 bits of
/// Philox4x32-10 (Salmon et al., SC'11) with counter (position, partition) and the seed as key.
std::uint64_t bitsAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position);

/// Uniform in [0, 1), in steps of 2^-53.
inline double uniformAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  return static_cast<double>(bitsAt(seed, partition, position) >> 11) * 0x1p-53;
}

/// Poisson distributed with mean `mean` >= 0: Boost.Random's distribution over a Philox engine keyed by the element's
/// bits.
std::uint64_t poissonAt(double mean, std::uint64_t seed, std::uint64_t partition, std::uint64_t position);

}  // namespace seltzer::detail
