#include <cmath>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "text_generate.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::int64_t bytes = 0;
  std::string output;
  std::int64_t words = 100'000;
  std::uint64_t seed = 42;
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

void generate(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const GenerateTextLines make{static_cast<std::uint64_t>(options.words), options.seed};
  const auto lines = static_cast<std::int64_t>(std::ceil(static_cast<double>(options.bytes) / make.meanLineBytes()));
  const seltzer::SavedFiles saved =
      sc.range(0, lines, 1, options.partitions).mapPartitions<std::string>(make).saveAsTextFile(options.output);
  const double seconds = watch.seconds();
  std::cout << sc.stats() << std::flush;
  program::printResult(sc, "text_gen", static_cast<std::int64_t>(saved.parts.size()), seconds,
                       fmt::format("lines={} bytes={}", lines, saved.bytes()));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Writes text for word_count: lines of 5 to 15 words, the i-th word with a frequency of 1/i (Zipf).");
  std::string bytes;
  std::string words = std::to_string(options.words);
  app.add_option("BYTES", bytes, "about how many, for example 1e9")->required();
  app.add_option("OUTPUT", options.output, "folder to create, with a part file per partition")->required();
  app.add_option("--words", words, "size of the vocabulary, at most 1e8")->capture_default_str();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 2^64 - 1")->capture_default_str();
  program::addPartitions(app, options.partitions);
  app.footer("Line i depends only on i, the seed and --words.\n--seltzer-help lists the options of the engine.");
  app.callback([&] {
    options.bytes = wholeNumber("BYTES", bytes);
    options.words = wholeNumber("--words", words);
    if (options.words > 100'000'000) throw CLI::ValidationError("--words", "must be at most 1e8");
  });
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    generate(sc, options);
    return seltzer::exitDone;
  });
}
