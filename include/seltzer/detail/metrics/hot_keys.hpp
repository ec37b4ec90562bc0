#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seltzer::detail {

/// A frequent key.
struct HotKey {
  std::string text;          ///< its first 40 characters, and "..." if there are more
  std::uint64_t weight = 0;  ///< a lower bound
  double share = 0;          ///< of the weight of all keys
};

/// A sketch of the most frequent keys, identified by their texts, in memory of fixed size (64 counters; none before the
/// first key). A key with more than 1/64 of the weight is among them; its weight is underestimated by at most 1/64 of
/// the total, and by far less if it was frequent throughout. Deterministic: the same calls give the same result on
/// every rank and in every build.
///
/// Source: Space-Saving by A. Metwally, D. Agrawal, A. El Abbadi, "Efficient computation of frequent and top-k elements
/// in data streams", 2005; the merge is that of P. K. Agarwal et al., "Mergeable summaries", 2012.
class HotKeys {
 public:
  static constexpr std::size_t capacity = 64;
  static constexpr std::size_t textCharacters = 40;

  /// Adds a key that occurred `weight` times. About 0.1 us, plus reading the text once.
  void add(std::string_view keyText, std::uint64_t weight);

  /// Adds the keys of `other`.
  void merge(const HotKeys& other);

  /// At most `n` keys by descending weight, equal ones in the order of their texts.
  std::vector<HotKey> top(std::size_t n) const;

  bool empty() const { return samples_ == 0; }
  std::uint64_t weight() const { return weight_; }
  /// The number of calls of `add`.
  std::uint64_t samples() const { return samples_; }

  /// Records the number of partitions that the keys are distributed to; keeps the greatest.
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
    std::uint64_t error = 0;  // the part of the weight that may belong to previous keys of this counter
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

/// Samples one in 1024 of the keys of a task for `HotKeys`, at negligible cost: a random one of each 1024 consecutive
/// elements, so that periodic data do not bias it. The same seed samples the same elements.
class HotKeySampler {
 public:
  static constexpr std::uint64_t stride = 1024;

  /// `partitions`: the number that the keys are distributed to; `seed`: the task's partition, so that tasks sample
  /// independently. `keys` must outlive the sampler.
  HotKeySampler(HotKeys& keys, std::uint64_t partitions, std::uint64_t seed);

  /// Processes the next `count` elements; `textAt(i)`, the text of the key of the i-th of them, is called only for
  /// sampled ones.
  template <class TextAt>
  void sample(std::size_t count, TextAt textAt) {
    for (; next_ < count; advance()) keys_.add(textAt(static_cast<std::size_t>(next_)), stride);
    next_ -= count;
  }

 private:
  void advance();
  std::uint64_t draw();

  HotKeys& keys_;
  std::uint64_t state_;
  std::uint64_t offset_ = 0;  // of the sampled element in its 1024
  std::uint64_t next_ = 0;    // elements before the next sampled one
};

}  // namespace seltzer::detail
