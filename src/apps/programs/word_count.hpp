/// The word count, for the program and its benchmark.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <xxhash.h>

#include <seltzer/seltzer.hpp>

using WordCount = std::pair<std::string, std::int64_t>;
using WordCounts = seltzer::RDD<WordCount>;

/// How often each word occurs. Words are views of the line; each is copied once per partition.
inline WordCounts countWords(const seltzer::RDD<std::string_view>& lines, std::int64_t partitions) {
  using Occurrence = std::pair<std::string_view, std::int64_t>;
  return lines
      .flatMap<Occurrence>([](std::string_view line, seltzer::Emit<Occurrence>& emit) {
        for (const std::string_view word : seltzer::words(line)) emit(Occurrence(word, 1));
      })
      .reduceByKey(std::plus<>(), partitions);
}

/// The totals of the counts.
struct WordTotals {
  std::int64_t words = 0;
  std::int64_t distinct = 0;
  std::uint64_t checksum = 0;  ///< the sum of each word's XXH3 hash times its count, independent of order
};

inline WordTotals totalsOf(const WordCounts& counts) {
  return counts.aggregate(
      WordTotals(),
      [](WordTotals& totals, const WordCount& word) {
        totals.words += word.second;
        ++totals.distinct;
        totals.checksum += XXH3_64bits(word.first.data(), word.first.size()) * static_cast<std::uint64_t>(word.second);
      },
      [](WordTotals& totals, const WordTotals& other) {
        totals.words += other.words;
        totals.distinct += other.distinct;
        totals.checksum += other.checksum;
      });
}

/// The most frequent words, by falling frequency and then by their bytes.
inline std::vector<WordCount> topWords(const WordCounts& counts, std::int64_t howMany) {
  return counts.takeOrdered(
      howMany, [](const WordCount& word) { return std::pair(-word.second, std::string_view(word.first)); });
}
