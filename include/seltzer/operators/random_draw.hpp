#pragma once

#include <cstdint>

#include <Random123/philox.h>

namespace seltzer::detail {

/// The random bits that belong to one element of one partition under one seed: the same wherever and however often they
/// are asked for. Generator: Philox4x32-10 (Salmon et al., SC'11), counter (position, partition), key the seed.
inline r123::Philox4x32::ctr_type drawAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  return r123::Philox4x32()({{low(position), high(position), low(partition), high(partition)}},
                            {{low(seed), high(seed)}});
}

/// The first 64 of those bits.
inline std::uint64_t bitsAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  const auto words = drawAt(seed, partition, position);
  return static_cast<std::uint64_t>(words[1]) << 32 | words[0];
}

/// Uniform in [0, 1), in steps of 2^-53.
inline double uniformAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  return static_cast<double>(bitsAt(seed, partition, position) >> 11) * 0x1p-53;
}

/// Poisson distributed with mean `mean` >= 0: Boost.Random's distribution over a Philox engine that the element's bits
/// key.
std::uint64_t poissonAt(double mean, std::uint64_t seed, std::uint64_t partition, std::uint64_t position);

}  // namespace seltzer::detail
