#include <algorithm>
#include <utility>

#include <seltzer/detail/metrics/hot_keys.hpp>

namespace seltzer::detail {
namespace {

/// Source: FNV-1a, G. Fowler, L. C. Noll, K.-P. Vo.
std::uint64_t hashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// The first `textCharacters` UTF-8 characters of a text; of other bytes, at most four for each character.
std::string prefixOf(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0u) != 0x80u;
    if (begins && ++characters <= HotKeys::textCharacters) continue;
    if (!begins && i < 4 * HotKeys::textCharacters) continue;
    return std::string(text.substr(0, i)) + "...";
  }
  return std::string(text);
}

constexpr auto weighsLess = [](const auto& a, const auto& b) { return a.weight < b.weight; };

}  // namespace

HotKeys::Counter* HotKeys::find(std::uint64_t hash, std::string_view text) {
  const auto found = std::find_if(counters_.begin(), counters_.end(),
                                  [&](const Counter& counter) { return counter.hash == hash && counter.text == text; });
  return found == counters_.end() ? nullptr : &*found;
}

void HotKeys::add(std::string_view keyText, std::uint64_t weight) {
  weight_ += weight;
  ++samples_;
  const std::uint64_t hash = hashOf(keyText);
  std::string text = prefixOf(keyText);
  if (Counter* counter = find(hash, text)) {
    counter->weight += weight;
  } else if (counters_.size() < capacity) {
    counters_.push_back({hash, weight, 0, std::move(text)});
  } else {
    Counter& least = *std::min_element(counters_.begin(), counters_.end(), weighsLess);
    least = {hash, least.weight + weight, least.weight, std::move(text)};
  }
}

/// The greatest weight that a key without a counter can have.
std::uint64_t HotKeys::missed() const {
  if (counters_.size() < capacity) return 0;
  return std::min_element(counters_.begin(), counters_.end(), weighsLess)->weight;
}

void HotKeys::merge(const HotKeys& other) {
  const std::uint64_t mine = missed();
  const std::uint64_t theirs = other.missed();
  const std::size_t before = counters_.size();
  std::vector<bool> merged(before);
  for (const Counter& counter : other.counters_) {
    if (Counter* known = find(counter.hash, counter.text)) {
      known->weight += counter.weight;
      known->error += counter.error;
      merged[static_cast<std::size_t>(known - counters_.data())] = true;
    } else {
      counters_.push_back({counter.hash, counter.weight + mine, counter.error + mine, counter.text});
    }
  }
  for (std::size_t i = 0; i < before; ++i) {
    if (merged[i]) continue;
    counters_[i].weight += theirs;
    counters_[i].error += theirs;
  }
  std::stable_sort(counters_.begin(), counters_.end(),
                   [](const Counter& a, const Counter& b) { return weighsLess(b, a); });
  if (counters_.size() > capacity) counters_.resize(capacity);
  weight_ += other.weight_;
  samples_ += other.samples_;
  spreadOver(other.partitions_);
}

std::vector<HotKey> HotKeys::top(std::size_t n) const {
  std::vector<HotKey> keys;
  for (const Counter& counter : counters_) {
    const std::uint64_t weight = counter.weight - counter.error;
    keys.push_back({counter.text, weight, static_cast<double>(weight) / static_cast<double>(weight_)});
  }
  std::sort(keys.begin(), keys.end(), [](const HotKey& a, const HotKey& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  if (keys.size() > n) keys.resize(n);
  return keys;
}

HotKeySampler::HotKeySampler(HotKeys& keys, std::uint64_t partitions, std::uint64_t seed) : keys_(keys), state_(seed) {
  keys_.spreadOver(partitions);
  offset_ = draw();
  next_ = offset_;
}

void HotKeySampler::advance() {
  next_ += stride - offset_;
  offset_ = draw();
  next_ += offset_;
}

/// 0 to stride - 1. Source: SplitMix64, G. L. Steele et al., "Fast splittable pseudorandom number generators", 2014.
std::uint64_t HotKeySampler::draw() {
  std::uint64_t word = state_ += 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return (word ^ (word >> 31)) % stride;
}

}  // namespace seltzer::detail
