/// The input of word_count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <Random123/philox.h>

#include "zipf_text.hpp"

/// Makes the lines of given indices: 5 to 15 words from a vocabulary, the i-th with a probability proportional to 1/i.
/// A line depends only on its index, the seed and the size of the vocabulary.
///
/// The random numbers are Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC'11) with the seed as key and the line's
/// index as the upper half of the counter.
struct GenerateTextLines {
  std::uint64_t words = 0;  ///< size of the vocabulary
  std::uint64_t seed = 0;

  /// Called with a partition's indices. While it runs it holds the tables of the vocabulary, about 24 bytes per word.
  template <class Indices, class Emit>
  void operator()(Indices& indices, Emit& emit) const {
    const zipf::Vocabulary vocabulary(words);
    const zipf::ZipfDraw draw(words);
    for (const std::int64_t index : indices) emit(line(vocabulary, draw, static_cast<std::uint64_t>(index)));
  }

  /// The expected length of a line, with its end.
  double meanLineBytes() const {
    const zipf::Vocabulary vocabulary(words);
    double bytes = 0;
    double weights = 0;
    for (std::size_t i = 0; i < vocabulary.size(); ++i) {
      const double weight = 1.0 / static_cast<double>(i + 1);
      bytes += weight * static_cast<double>(vocabulary[i].size() + 1);
      weights += weight;
    }
    return bytes / weights * (fewestWords + mostWords) / 2;
  }

 private:
  static constexpr std::uint64_t fewestWords = 5;
  static constexpr std::uint64_t mostWords = 15;

  /// The random numbers of a line.
  class Random {
   public:
    Random(std::uint64_t line, std::uint64_t seed)
        : key_{{low(seed), high(seed)}}, counter_{{0, 0, low(line), high(line)}} {}

    std::uint64_t operator()() {
      const r123::Philox4x32::ctr_type bits = r123::Philox4x32()(counter_, key_);
      ++counter_[0];
      return std::uint64_t{bits[0]} << 32 | bits[1];
    }

   private:
    static std::uint32_t low(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
    static std::uint32_t high(std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); }

    r123::Philox4x32::key_type key_;
    r123::Philox4x32::ctr_type counter_;
  };

  std::string line(const zipf::Vocabulary& vocabulary, const zipf::ZipfDraw& draw, std::uint64_t index) const {
    Random random(index, seed);
    std::string text;
    for (std::uint64_t left = fewestWords + random() % (mostWords - fewestWords + 1); left > 0; --left) {
      text += vocabulary[draw(random)];
      if (left > 1) text += ' ';
    }
    return text;
  }
};
