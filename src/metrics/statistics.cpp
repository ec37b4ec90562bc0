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

/// Data should not go to the scratch file more often than this: once on the map side and once on the reduce side, or in
/// runs that are merged once.
constexpr double spilledOften = 2;

/// Less than this is not worth advice.
constexpr std::uint64_t worthSpilling = std::uint64_t{1} << 20;

/// A key sampled fewer times than this may be frequent by chance.
constexpr std::uint64_t leastHotSamples = 16;

}  // namespace

double StageStatistics::hotKeyShare() const {
  // A key of share s makes its partition 1 + s * (partitions - 1) times as large as an even one.
  if (shufflePartitions < 2) return 2;
  return std::max(leastHotShare, tooMuch / static_cast<double>(shufflePartitions - 1));
}

std::uint64_t StageStatistics::dataBytes() const {
  const StageStatistics& stage = *this;
  // files count as read by `execute`
  const std::uint64_t read = stage[Phase::execute].bytes + stage[Phase::deserializeData].bytes +
                             stage[Phase::scatter].bytes + stage[Phase::shuffleRead].bytes;
  return std::max(read, stage[Phase::shuffleWrite].bytes);
}

double StageStatistics::timesSpilled() const {
  const std::uint64_t data = dataBytes();
  return data > 0 ? static_cast<double>((*this)[Phase::spillWrite].bytes) / static_cast<double>(data) : 0;
}

bool StageStatistics::spilledTooMuch() const {
  return timesSpilled() > spilledOften && (*this)[Phase::spillWrite].bytes >= worthSpilling;
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
