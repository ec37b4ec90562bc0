#include "word_count.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace {

struct Options {
  std::string input;
  std::string output;  // none: nothing is written
  std::int64_t top = 10;
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

/// Writes "word\tcount" lines in the order of the words' bytes, over all part files.
void save(const WordCounts& counts, const std::string& directory) {
  counts.sortByKey()
      .map([](const WordCount& word) { return fmt::format("{}\t{}", word.first, word.second); })
      .saveAsTextFile(directory);
}

void count(seltzer::Context& sc, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto partitions = options.partitions.value_or(static_cast<std::int64_t>(sc.defaultParallelism()));
  const auto counts = countWords(sc.textFile(options.input, partitions), partitions).cache();
  if (!options.output.empty()) save(counts, options.output);
  const auto top = topWords(counts, options.top);
  const std::int64_t distinct = counts.count();
  const std::int64_t total = counts.values().sum();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  for (const auto& [word, occurrences] : top) fmt::print("{:>12} {}\n", occurrences, word);
  fmt::print("{} words, {} distinct\n\n", total, distinct);
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=word_count ranks={} partitions={} seconds={:.6f} words={} distinct={}\n", sc.ranks(),
             partitions, seconds, total, distinct);
}

int parse(int argc, char** argv, Options& options) {
  CLI::App app("Counts the words of text files and prints the most frequent ones.");
  app.add_option("INPUT", options.input, "files, folders or patterns, separated by commas; .gz, .bz2, .xz, .zst too")
      ->required();
  app.add_option("--top", options.top, "how many of the most frequent words to print")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--output", options.output, "folder to be made, for all words with their counts, sorted by word");
  app.add_option("--partitions", options.partitions, "number of partitions; by default the number of ranks")
      ->check(CLI::PositiveNumber);
  app.footer(
      "Words are what stands between white space: blanks, tabs, and ends of lines and pages. Upper and lower case, and\n"
      "punctuation, make different words. Words of equal counts come in the order of their bytes.\n"
      "--seltzer-help lists the options of the engine.");
  try {
    app.parse(argc, argv);
    return -1;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? seltzer::exitDone : seltzer::exitUsage;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    const int code = parse(argc, argv, options);
    if (code >= 0) return code;
    try {
      count(sc, options);
      return seltzer::exitDone;
    } catch (const std::invalid_argument& error) {  // no such file, or a folder that exists
      fmt::print(stderr, "word_count: {}\n", error.what());
      return seltzer::exitUsage;
    }
  });
}
