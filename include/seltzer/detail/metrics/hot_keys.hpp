#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// A key that occurred often.
struct HotKey {
  std::string text;          ///< its first 40 characters, "..." added if there were more
  std::uint64_t weight = 0;  ///< that it had at least
  double share = 0;          ///< of the weight of all keys
};

/// The most frequent of many keys, told apart by their texts, in memory of fixed size (64 counters; none before the
/// first key). A key with more than 1/64 of the weight is among them; at most 1/64 of the weight is missing from it,
/// and far less if it was frequent all the time. The same calls give the same result on every rank and in every build.
///
/// Source: Space-Saving by A. Metwally, D. Agrawal, A. El Abbadi, "Efficient computation of frequent and top-k elements
/// in data streams", 2005; the merge is that of P. K. Agarwal et al., "Mergeable summaries", 2012.
class HotKeys {
 public:
  static constexpr std::size_t capacity = 64;
  static constexpr std::size_t textCharacters = 40;

  /// The key occurred `weight` times. Takes about 0.1 us and the time to read the text once.
  void add(std::string_view keyText, std::uint64_t weight);

  /// Adds what `other` was told.
  void merge(const HotKeys& other);

  /// At most `n` keys, the one with the greatest weight first, equal ones in the order of their texts.
  std::vector<HotKey> top(std::size_t n) const;

  bool empty() const { return samples_ == 0; }
  std::uint64_t weight() const { return weight_; }
  /// How often a key was added.
  std::uint64_t samples() const { return samples_; }

  /// The number of partitions that the keys go to, if it is greater than what was said before.
  void spreadOver(std::uint64_t partitions) { partitions_ = std::max(partitions_, partitions); }
  std::uint64_t partitions() const { return partitions_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& counters_& weight_& samples_& partitions_;
  }

 private:
  struct Counter {
    std::uint64_t hash = 0;  // of the whole text
    std::uint64_t weight = 0;
    std::uint64_t error = 0;  // the part of the weight that may be of keys that had the counter before
    std::string text;         // as in HotKey

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
      archive& hash& weight& error& text;
    }
  };

  Counter* find(std::uint64_t hash, std::string_view text);
  std::uint64_t missed() const;

  std::vector<Counter> counters_;
  std::uint64_t weight_ = 0;
  std::uint64_t samples_ = 0;
  std::uint64_t partitions_ = 0;
};

/// Draws one in 1024 of the keys of a task, with which `HotKeys` does well at next to no cost: one random element of
/// each 1024 that follow each other, so that no rhythm in the data can fool it. The same seed draws the same elements.
class HotKeySampler {
 public:
  static constexpr std::uint64_t stride = 1024;

  /// `partitions`: how many the keys go to; `seed`: the task's partition, so that tasks draw independently. `keys` must
  /// outlive the sampler.
  HotKeySampler(HotKeys& keys, std::uint64_t partitions, std::uint64_t seed) : keys_(keys), state_(seed) {
    keys_.spreadOver(partitions);
    offset_ = draw();
    next_ = offset_;
  }

  /// `count` more elements; `textAt(i)` gives the text of the key of the i-th of them, and is called for those drawn.
  template <class TextAt>
  void sample(std::size_t count, TextAt textAt) {
    for (; next_ < count; advance()) keys_.add(textAt(static_cast<std::size_t>(next_)), stride);
    next_ -= count;
  }

 private:
  void advance() {
    next_ += stride - offset_;
    offset_ = draw();
    next_ += offset_;
  }

  /// 0 to stride - 1. Source: SplitMix64, G. L. Steele et al., "Fast splittable pseudorandom number generators", 2014.
  std::uint64_t draw() {
    std::uint64_t word = state_ += 0x9e3779b97f4a7c15u;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return (word ^ (word >> 31)) % stride;
  }

  HotKeys& keys_;
  std::uint64_t state_;
  std::uint64_t offset_ = 0;  // of the drawn element in its 1024
  std::uint64_t next_ = 0;    // elements until the drawn one
};

}  // namespace seltzer::detail
