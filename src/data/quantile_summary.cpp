#include <algorithm>
#include <cmath>
#include <span>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/data/sketch/quantile_summary.hpp>

namespace seltzer::detail {
namespace {

using Sample = QuantileSummary::Sample;

/// The samples of both, in order; of equal ones, those on the left first. How many numbers of the other side precede a
/// sample is known up to the bounds of the sample there that follows it.
std::vector<Sample> merged(std::span<const Sample> left, std::span<const Sample> right) {
  std::vector<Sample> all;
  all.reserve(left.size() + right.size());
  while (!left.empty() || !right.empty()) {
    const bool takeRight = left.empty() || (!right.empty() && keyLess(right.front().value, left.front().value));
    std::span<const Sample>& side = takeRight ? right : left;
    const std::span<const Sample> other = takeRight ? left : right;
    Sample next = side.front();
    side = side.subspan(1);
    if (!other.empty()) next.spread += other.front().step + other.front().spread - 1;
    all.push_back(next);
  }
  return all;
}

}  // namespace

std::uint64_t rankOfQuantile(double probability, std::uint64_t count) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(probability * static_cast<double>(count)));
  return std::clamp<std::uint64_t>(rank, 1, count);
}

void QuantileSummary::flush() {
  std::ranges::sort(pending_, KeyOrder());
  std::vector<Sample> samples;
  samples.reserve(pending_.size());
  for (const double value : pending_) samples.push_back({value, 1, 0});
  pending_.clear();
  add(samples, samples.size());
  mostPending_ = std::max(fewPending, samples_.size());
}

void QuantileSummary::merge(const QuantileSummary& next) {
  add(next.samples_, next.count_);
}

void QuantileSummary::add(const std::vector<Sample>& samples, std::uint64_t count) {
  samples_ = merged(samples_, samples);
  count_ += count;
  compress();
}

/// Lets samples represent those before them as long as the bounds of their ranks stay near enough. The least stays.
void QuantileSummary::compress() {
  const auto most = static_cast<std::uint64_t>(2 * relativeError_ * static_cast<double>(count_));
  if (most < 2 || samples_.size() < 3) return;
  auto kept = samples_.end() - 1;
  for (auto sample = kept - 1; sample != samples_.begin(); --sample) {
    if (sample->step + kept->step + kept->spread <= most) {
      kept->step += sample->step;
    } else {
      *--kept = *sample;
    }
  }
  samples_.erase(samples_.begin() + 1, kept);
}

double QuantileSummary::quantile(double probability) const {
  const std::uint64_t rank = rankOfQuantile(probability, count_);
  std::uint64_t least = 0;
  const Sample* nearest = nullptr;
  std::uint64_t distance = 0;
  for (const Sample& sample : samples_) {
    least += sample.step;
    const std::uint64_t greatest = least + sample.spread;
    const std::uint64_t farthest = std::max(rank > least ? rank - least : 0, greatest > rank ? greatest - rank : 0);
    if (nearest == nullptr || farthest < distance) {
      nearest = &sample;
      distance = farthest;
    }
  }
  return nearest->value;
}

}  // namespace seltzer::detail
