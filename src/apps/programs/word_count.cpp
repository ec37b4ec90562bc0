#include "word_count.hpp"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "whole_number.hpp"

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
  const program::Stopwatch watch;
  const auto partitions = program::partitionsOf(sc, options.partitions);
  const auto counts = countWords(sc.textFile(options.input, partitions), partitions).cache();
  if (!options.output.empty()) save(counts, options.output);
  const auto top = topWords(counts, options.top);
  const WordTotals totals = totalsOf(counts);
  const double seconds = watch.seconds();

  for (const auto& [word, occurrences] : top) fmt::print("{:>12} {}\n", occurrences, word);
  fmt::print("{} words, {} distinct\n\n", totals.words, totals.distinct);
  std::cout << sc.stats() << std::flush;
  program::printResult(
      sc, "word_count", partitions, seconds,
      fmt::format("words={} distinct={} checksum={:x}", totals.words, totals.distinct, totals.checksum));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Counts the words of text files and prints the most frequent ones.");
  app.add_option("INPUT", options.input, "files, folders or patterns, separated by commas; .gz, .bz2, .xz, .zst too")
      ->required();
  app.add_option("--top", options.top, "how many of the most frequent words to print")
      ->check(atLeast<std::int64_t>(0))
      ->capture_default_str();
  app.add_option("--output", options.output, "folder to create, for all words with their counts, sorted by word");
  program::addPartitions(app, options.partitions);
  app.footer(
      "Words are separated by white space: blanks, tabs, line and page ends. Case and punctuation are significant.\n"
      "Words of equal counts come in the order of their bytes.\n"
      "--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    count(sc, options);
    return seltzer::exitDone;
  });
}
