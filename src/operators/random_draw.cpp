#include <seltzer/detail/operators/random_draw.hpp>

// clang-format off
#include <Random123/philox.h>  // must come before MicroURNG.hpp, which does not include what it uses
#include <Random123/MicroURNG.hpp>
// clang-format on
#include <boost/random/poisson_distribution.hpp>

namespace seltzer::detail {

std::uint64_t bitsAt(std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  const auto words =
      r123::Philox4x32()({{low(position), high(position), low(partition), high(partition)}}, {{low(seed), high(seed)}});
  return static_cast<std::uint64_t>(words[1]) << 32 | words[0];
}

std::uint64_t poissonAt(double mean, std::uint64_t seed, std::uint64_t partition, std::uint64_t position) {
  if (mean <= 0) return 0;
  using Engine = r123::MicroURNG<r123::Philox4x32>;
  const auto key = bitsAt(seed, partition, position);
  Engine engine({{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32), 0, 0}},
                {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}});
  return static_cast<std::uint64_t>(boost::random::poisson_distribution<std::int64_t, double>(mean)(engine));
}

}  // namespace seltzer::detail
