#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/data/batch/pulled_range.hpp>
#include <seltzer/detail/operators/random_draw.hpp>
#include <seltzer/owned.hpp>

namespace seltzer::detail {

/// The number of pairs of a partition, and a uniform sample of their keys.
template <class K>
struct KeySample {
  std::uint64_t count = 0;
  std::vector<K> keys;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& count& keys;
  }
};

/// Samples the keys of the `limit` pairs of a partition with the least random bits: uniform without replacement, in
/// O(limit) memory.
template <class T>
struct DrawKeySample {
  using Key = Owned<typename T::first_type>;
  using Parts = std::tuple<std::uint64_t, std::uint64_t>;

  DrawKeySample(std::uint64_t most, std::uint64_t seedWord) : limit(most), seed(seedWord) {}
  explicit DrawKeySample(Parts parts) : DrawKeySample(std::get<0>(parts), std::get<1>(parts)) {}
  Parts parts() const { return {limit, seed}; }

  KeySample<Key> operator()(std::size_t partition, PulledRange<T>& pairs) const {
    std::vector<Draw> drawn;
    KeySample<Key> sample;
    std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();  // draws above it are not among the least
    for (T& pair : pairs) {
      const std::uint64_t bits = bitsAt(seed, partition, sample.count++);
      if (bits > bound) continue;
      drawn.emplace_back(bits, toOwned(std::move(pair.first)));
      if (drawn.size() >= 2 * limit) bound = keepLeast(drawn);
    }
    if (drawn.size() > limit) keepLeast(drawn);
    for (auto& [bits, key] : drawn) sample.keys.push_back(std::move(key));
    return sample;
  }

  std::uint64_t limit;  // at least 1
  std::uint64_t seed;

 private:
  using Draw = std::pair<std::uint64_t, Key>;

  /// Requires at least `limit` draws; returns the greatest that is kept.
  std::uint64_t keepLeast(std::vector<Draw>& drawn) const {
    const auto last = drawn.begin() + static_cast<std::ptrdiff_t>(limit) - 1;
    std::nth_element(drawn.begin(), last, drawn.end(), [](const Draw& a, const Draw& b) { return a.first < b.first; });
    drawn.erase(last + 1, drawn.end());
    return drawn.back().first;
  }
};

/// Samples each key of the pairs of a partition with probability `fraction`.
template <class T>
struct SampleKeys {
  using Key = Owned<typename T::first_type>;
  using Parts = std::tuple<double, std::uint64_t>;

  SampleKeys(double probability, std::uint64_t seedWord) : fraction(probability), seed(seedWord) {}
  explicit SampleKeys(Parts parts) : SampleKeys(std::get<0>(parts), std::get<1>(parts)) {}
  Parts parts() const { return {fraction, seed}; }

  std::vector<Key> operator()(std::size_t partition, PulledRange<T>& pairs) const {
    std::vector<Key> keys;
    std::uint64_t position = 0;
    for (T& pair : pairs) {
      if (uniformAt(seed, partition, position++) < fraction) keys.push_back(toOwned(std::move(pair.first)));
    }
    return keys;
  }

  double fraction;
  std::uint64_t seed;
};

}  // namespace seltzer::detail
