#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <ostream>

#include <seltzer/statistics.hpp>

namespace seltzer {
namespace {

/// A key with less than this share of the elements is never hot, however many partitions there are.
constexpr double leastHotShare = 0.05;

/// A partition is too large if it exceeds an even share by this fraction of it.
constexpr double tooMuch = 0.5;

/// A key sampled fewer times than this may be frequent by chance.
constexpr std::uint64_t leastHotSamples = 16;

}  // namespace

double StageStatistics::hotKeyShare() const {
  // A key of share s makes its partition 1 + s * (partitions - 1) times as large as an even one.
  if (shufflePartitions < 2) return 2;
  return std::max(leastHotShare, tooMuch / static_cast<double>(shufflePartitions - 1));
}

std::vector<HotKeyStatistics> StageStatistics::keysCalledHot() const {
  std::vector<HotKeyStatistics> hot;
  std::copy_if(hotKeys.begin(), hotKeys.end(), std::back_inserter(hot), [this](const HotKeyStatistics& key) {
    return key.share >= hotKeyShare() && key.samples >= leastHotSamples;
  });
  return hot;
}

std::uint64_t MemoryPeak::max() const {
  return byRank.empty() ? 0 : *std::max_element(byRank.begin(), byRank.end());
}

int MemoryPeak::maxRank() const {
  return byRank.empty() ? 0 : static_cast<int>(std::max_element(byRank.begin(), byRank.end()) - byRank.begin());
}

std::uint64_t MemoryPeak::sum() const {
  return std::accumulate(byRank.begin(), byRank.end(), std::uint64_t{0});
}

std::ostream& operator<<(std::ostream& out, const Statistics& statistics) {
  return out << statistics.table();
}

}  // namespace seltzer
