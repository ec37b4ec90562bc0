#include <algorithm>

#include <seltzer/detail/data/sort/splitters.hpp>
#include <seltzer/detail/data/wide_unsigned.hpp>

namespace seltzer::detail {

std::size_t sampleStride(std::size_t elements, std::size_t runs, std::size_t parts) {
  constexpr std::size_t mostSamples = std::size_t{1} << 20;
  if (elements == 0 || runs == 0 || parts == 0) return 1;
  const double exact = static_cast<double>(elements) / (20.0 * static_cast<double>(runs) * static_cast<double>(parts));
  const std::size_t stride = std::max(static_cast<std::size_t>(exact), elements / mostSamples);
  return std::max<std::size_t>(std::min(stride, elements / runs), 1);  // the longest run has a sample
}

std::size_t firstSample(std::size_t stride, std::size_t run) {
  const std::uint64_t turn = static_cast<std::uint64_t>(run) * 0x9e3779b97f4a7c15u;  // of 2^64
  return static_cast<std::size_t>(static_cast<double>(turn >> 11) * 0x1p-53 * static_cast<double>(stride));
}

std::vector<std::size_t> samplePositions(std::size_t size, std::size_t stride, std::size_t run) {
  std::vector<std::size_t> positions;
  for (std::size_t i = firstSample(stride, run); i < size; i += stride) positions.push_back(i);
  return positions;
}

std::pair<std::size_t, std::size_t> countsBelowAndUpTo(std::span<const std::size_t> ranks, std::size_t rank) {
  const auto [first, last] = std::equal_range(ranks.begin(), ranks.end(), rank);
  return {static_cast<std::size_t>(first - ranks.begin()), static_cast<std::size_t>(last - ranks.begin())};
}

std::vector<std::size_t> splitterRanks(std::size_t samples, std::size_t elements, std::size_t parts) {
  std::vector<std::size_t> ranks;
  for (std::size_t part = 1; part < parts; ++part) {
    // Sample i of m stands for the elements around (i + 1/2) * elements / m.
    const std::size_t first = elements / parts * part + elements % parts * part / parts;
    const WideUnsigned rank = static_cast<WideUnsigned>(first) * samples / elements;
    ranks.push_back(std::min(static_cast<std::size_t>(rank), samples - 1));
  }
  return ranks;
}

}  // namespace seltzer::detail
