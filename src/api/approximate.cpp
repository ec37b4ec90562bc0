#include <algorithm>

#include <fmt/format.h>

#include <seltzer/detail/api/approximate.hpp>

namespace seltzer::detail {
namespace {

/// Just above 1.04 / sqrt(2^24), with sketches of 16 MiB.
constexpr double leastRelativeSD = 0.00026;

std::int64_t positionOf(double probability, std::int64_t count) {
  return static_cast<std::int64_t>(rankOfQuantile(probability, static_cast<std::uint64_t>(count))) - 1;
}

}  // namespace

std::uint8_t requireRelativeSD(double relativeSD, std::string_view operation, const CallSite& where) {
  if (!(relativeSD >= leastRelativeSD && relativeSD < 1)) {
    throwAt<UsageError>(operation, where,
                        fmt::format("relativeSD is {}, and must be at least {} and less than 1; for an exact number, "
                                    "use distinct() and count",
                                    relativeSD, leastRelativeSD));
  }
  return static_cast<std::uint8_t>(HyperLogLog::precisionFor(relativeSD));
}

void requireQuantiles(const std::vector<double>& probabilities, double relativeError, const CallSite& where) {
  for (const double probability : probabilities) {
    if (!(probability >= 0 && probability <= 1)) {
      throwAt<UsageError>("approxQuantile", where,
                          fmt::format("a probability is {}, and must be at least 0 and at most 1", probability));
    }
  }
  if (!(relativeError >= 0 && relativeError <= 1)) {
    throwAt<UsageError>(
        "approxQuantile", where,
        fmt::format("relativeError is {}, and must be at least 0, for exact quantiles, and at most 1", relativeError));
  }
}

std::vector<std::int64_t> positionsOfQuantiles(const std::vector<double>& probabilities, std::int64_t count) {
  std::vector<std::int64_t> positions;
  positions.reserve(probabilities.size());
  for (const double probability : probabilities) positions.push_back(positionOf(probability, count));
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

std::vector<double> quantilesAt(const std::vector<double>& probabilities, std::int64_t count,
                                const std::vector<std::int64_t>& positions, const std::vector<double>& numbers) {
  std::vector<double> quantiles;
  quantiles.reserve(probabilities.size());
  for (const double probability : probabilities) {
    const auto at = std::ranges::lower_bound(positions, positionOf(probability, count));
    quantiles.push_back(numbers[static_cast<std::size_t>(at - positions.begin())]);
  }
  return quantiles;
}

}  // namespace seltzer::detail
