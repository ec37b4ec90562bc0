#pragma once

#include <cstdint>

namespace seltzer::detail {

/// The random bits that belong to one element of one partition under one seed: the same wherever and however often they
/// are asked for. Generator: the first 64 bits of Philox4x32-10 (Salmon et al., SC'11), counter (position, partition),
/// key the seed.
std::uint64_t bitsAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position);

/// Uniform in [0, 1), in steps of 2^-53.
inline double uniformAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  return static_cast<double>(bitsAt(seed, partition, position) >> 11) * 0x1p-53;
}

/// Poisson distributed with mean `mean` >= 0: Boost.Random's distribution over a Philox engine that the element's bits
/// key.
std::uint64_t poissonAt(double mean, std::uint64_t seed, std::uint64_t partition, std::uint64_t position);

}  // namespace seltzer::detail
