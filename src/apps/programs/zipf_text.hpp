/// Benchmark text with the word frequencies of a natural language.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace zipf {

/// Different words of 2 to 12 letters, the same ones in every run.
class Vocabulary {
 public:
  explicit Vocabulary(std::size_t size) : starts_{0} {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> made(longest + 1, 0);  // by length
    while (starts_.size() <= size) {
      const std::size_t length = 2 + random() % (longest - 1);
      const auto possible = static_cast<std::uint64_t>(std::pow(26, length));
      if (made[length] == possible) continue;
      appendWord(length, made[length]++ * step % possible);
    }
  }

  std::size_t size() const { return starts_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(letters_).substr(starts_[i], starts_[i + 1] - starts_[i]);
  }

 private:
  static constexpr std::size_t longest = 12;
  static constexpr std::uint64_t step = 40'503;  // coprime to 26: visits all words of a length

  void appendWord(std::size_t length, std::uint64_t code) {
    for (std::size_t i = 0; i < length; ++i, code /= 26) letters_ += static_cast<char>('a' + code % 26);
    starts_.push_back(static_cast<std::uint32_t>(letters_.size()));
  }

  std::string letters_;
  std::vector<std::uint32_t> starts_;
};

/// Draws i in [0, size) with a probability proportional to 1/(i + 1), by inversion of the distribution function with a
/// guide table.
class ZipfDraw {
 public:
  explicit ZipfDraw(std::size_t size) : sums_(size), guide_(size) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sums_[i] = sum += 1.0 / static_cast<double>(i + 1);
    std::size_t at = 0;
    for (std::size_t i = 0; i < size; ++i) {
      while (sums_[at] < sum * static_cast<double>(i) / static_cast<double>(size)) ++at;
      guide_[i] = static_cast<std::uint32_t>(at);
    }
  }

  template <class Random>
  std::size_t operator()(Random& random) const {
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    std::size_t i = guide_[static_cast<std::size_t>(share * static_cast<double>(guide_.size()))];
    while (i + 1 < sums_.size() && sums_[i] < share * sums_.back()) ++i;
    return i;
  }

 private:
  std::vector<double> sums_;
  std::vector<std::uint32_t> guide_;
};

/// Writes at least `bytes` of text: lines of 5 to 15 words from a vocabulary of that size, the i-th with a probability
/// proportional to 1/i. Throws std::runtime_error if it cannot write.
inline void writeText(const std::string& path, std::uint64_t bytes, std::size_t vocabularySize) {
  const Vocabulary vocabulary(vocabularySize);
  const ZipfDraw draw(vocabularySize);
  std::mt19937_64 random(2);
  std::ofstream file(path, std::ios::binary);
  std::string text;
  for (std::uint64_t written = 0; written < bytes && file; written += text.size()) {
    text.clear();
    while (text.size() < (1u << 20)) {
      for (std::uint64_t words = 5 + random() % 11; words > 0; --words) {
        text += vocabulary[draw(random)];
        text += words > 1 ? ' ' : '\n';
      }
    }
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace zipf
