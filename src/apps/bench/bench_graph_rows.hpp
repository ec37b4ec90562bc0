/// Edges and rows for benchmarks, computed from their index.
#pragma once

#include <cstdint>
#include <utility>

#include <Random123/philox.h>

namespace bench {

inline r123::Philox4x32::ctr_type drawAt(std::int64_t index, std::uint32_t seed) {
  const auto counter = static_cast<std::uint64_t>(index);
  return r123::Philox4x32()({{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0}},
                            {{seed, 0}});
}

/// Edge `index` of a random graph. The number of vertices of degree x falls as x^-3 for outgoing edges, x^-2.5 for
/// incoming ones; a vertex's degree is unrelated to its number.
struct PowerLawEdge {
  std::uint64_t vertices = 0;  ///< below 2^32

  std::pair<std::int64_t, std::int64_t> operator()(std::int64_t index) const {
    const auto draw = drawAt(index, 1);
    const double from = draw[0] * 0x1p-32;
    const double to = draw[1] * 0x1p-32;
    return {vertex(from * from), vertex(to * to * to)};
  }

 private:
  std::int64_t vertex(double share) const {
    constexpr std::uint64_t prime = 4'294'967'291;  // above any number of vertices: permutes them
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(share * static_cast<double>(vertices)) * prime %
                                     vertices);
  }
};

/// Row `index` of the larger side of a join: half of the keys are on the other side.
struct ManyRows {
  std::uint64_t keys = 0;
  std::pair<std::int64_t, std::int64_t> operator()(std::int64_t index) const {
    return {static_cast<std::int64_t>((std::uint64_t{drawAt(index, 2)[0]} * 2 * keys) >> 32), index};
  }
};

/// Row `index` of the smaller side: each key once.
struct KeyRows {
  std::pair<std::int64_t, std::int64_t> operator()(std::int64_t index) const { return {index, -index}; }
};

}  // namespace bench
