/// The sample of the Monte Carlo estimate of pi, shared by the programs that are compared.
#pragma once

#include <cstdint>

#include <Random123/philox.h>

/// 1 if the point of sample `index` lies inside the quarter circle, else 0. The estimate of pi is four times the mean.
///
/// The point is drawn from a counter-based generator, Philox2x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC'11; here Random123's own code), with the seed as key and the index as counter. So a
/// sample depends only on seed and index, not on the rank that draws it, and all 2^64 indices of a seed draw
/// differently. Statistically the two coordinates are independent and uniform on the 2^32 multiples of 2^-32 in [0, 1);
/// a point is inside if x^2 + y^2 < 1, up to 2^-63, decided in integers and therefore identically on every machine. The
/// grid shifts the estimate by about 1e-9, which is below the standard error 1.64 / sqrt(samples) up to 1e18 samples.
///
/// Written for vectorizing compilers: no branch, no comparison, and a result of one byte, without which g++ 12
/// takes 1.7 times as long.
struct PiSample {
  std::uint32_t seed = 0;

  std::uint8_t operator()(std::int64_t index) const {
    const auto counter = static_cast<std::uint64_t>(index);
    const r123::Philox2x32::ctr_type words = r123::Philox2x32()(
        {{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32)}}, {{seed}});
    const std::uint64_t x = words[0];
    const std::uint64_t y = words[1];
    const std::uint64_t halfOfSquares = (x * x >> 1) + (y * y >> 1);
    return static_cast<std::uint8_t>(1 ^ (halfOfSquares >> 63));
  }
};
