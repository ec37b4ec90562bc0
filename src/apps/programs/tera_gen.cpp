#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "tera_generate.hpp"
#include "tera_record.hpp"
#include "tera_summary.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::int64_t records = 0;
  std::string output;
  std::uint64_t seed = 42;
  seltzer::PartitionCount partitions;  // none: as many as ranks
  bool skewed = false;
  bool checksum = false;
};

/// Writes the records as part files.
seltzer::RDD<TeraRecord> generateRecords(seltzer::Context& sc, const Options& options) {
  const GenerateTeraRecord make{options.seed, options.skewed};
  auto records = sc.generate(options.records, make, options.partitions);
  records.saveAsBinaryRecords(options.output);
  return records;
}

void generate(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const auto records = generateRecords(sc, options);
  const double seconds = watch.seconds();
  const std::string checksum = options.checksum ? " checksum=" + summarize(records).checksum() : "";
  std::cout << sc.stats() << std::flush;
  program::printResult(
      sc, "tera_gen", static_cast<std::int64_t>(records.getNumPartitions()), seconds,
      fmt::format("records={} skewed={}{}", options.records, static_cast<int>(options.skewed), checksum));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Writes records of 100 bytes for tera_sort, in the layout of the sort benchmark's gensort.");
  std::string records;
  app.add_option("RECORDS", records, "how many, for example 1e7, which makes 1 GB")->required();
  app.add_option("OUTPUT", options.output, "folder to create, with a part file per partition")->required();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 2^64 - 1")->capture_default_str();
  program::addPartitions(app, options.partitions);
  app.add_flag("--skewed", options.skewed,
               "half of the records share few keys: a quarter of all have one key, an eighth another, and so on");
  app.add_flag("--checksum", options.checksum, "print the checksum of the records, as tera_validate does");
  app.footer("Record i depends only on i, the seed and --skewed.\n--seltzer-help lists the options of the engine.");
  app.callback([&] { options.records = records == "0" ? 0 : wholeNumber("RECORDS", records); });
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
