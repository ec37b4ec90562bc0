#include <algorithm>
#include <bit>
#include <utility>

#include <seltzer/detail/data/sort/stable_sort_buckets.hpp>

namespace seltzer::detail {

PrefixBuckets::PrefixBuckets(std::vector<std::uint64_t> sample, std::size_t buckets) {
  std::sort(sample.begin(), sample.end());
  if (setIntervals(sample, buckets)) return;
  std::vector<std::uint64_t> picks;
  for (std::size_t i = 1; i < buckets; ++i) picks.push_back(sample[i * sample.size() / buckets]);
  for (std::size_t i = 0; i < picks.size(); ++i) {
    const bool frequent = i > 0 && picks[i] == picks[i - 1];
    if (!frequent) {
      if (bounds_.empty() || bounds_.back() < picks[i]) bounds_.push_back(picks[i]);
    } else if (picks[i] != greatest && bounds_.back() == picks[i]) {
      bounds_.push_back(picks[i] + 1);
    }
  }
  levels_ = static_cast<unsigned>(std::bit_width(bounds_.size()));
  std::size_t next = 0;
  fillTree(1, next);
}

bool PrefixBuckets::setIntervals(std::span<const std::uint64_t> sample, std::size_t buckets) {
  constexpr std::size_t mostTimesEven = 3;
  least_ = sample.front();
  width_ = sample.back() - least_;
  if (width_ < buckets) return false;
  scale_ =
      static_cast<std::uint64_t>((static_cast<WideUnsigned>(buckets) << 64) / (static_cast<WideUnsigned>(width_) + 1));
  std::vector<std::size_t> counts(buckets);
  for (const std::uint64_t prefix : sample) {
    if (++counts[intervalOf(prefix)] > mostTimesEven * sample.size() / buckets) return false;
  }
  intervals_ = buckets;
  return true;
}

void PrefixBuckets::fillTree(std::size_t node, std::size_t& next) {
  if (node >= std::size_t{1} << levels_) return;
  fillTree(2 * node, next);
  tree_[node] = next < bounds_.size() ? bounds_[next] : greatest;
  ++next;
  fillTree(2 * node + 1, next);
}

}  // namespace seltzer::detail
