#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

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
  const auto records = sc.generate(options.records, make, options.partitions);
  records.saveAsBinaryRecords(options.output);
  return records;
}

void generate(seltzer::Context& sc, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto records = generateRecords(sc, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::string checksum = options.checksum ? " checksum=" + summarize(records).checksum() : "";
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=tera_gen ranks={} partitions={} seconds={:.6f} records={} skewed={}{}\n", sc.ranks(),
             records.getNumPartitions(), seconds, options.records, static_cast<int>(options.skewed), checksum);
}

int parse(int argc, char** argv, Options& options) {
  CLI::App app("Writes records of 100 bytes for tera_sort, in the layout of the sort benchmark's gensort.");
  std::string records;
  app.add_option("RECORDS", records, "how many, for example 1e7, which makes 1 GB")->required();
  app.add_option("OUTPUT", options.output, "folder to be made, for a part file a partition")->required();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 2^64 - 1")->capture_default_str();
  app.add_option("--partitions", options.partitions, "number of partitions; by default the number of ranks")
      ->check(CLI::PositiveNumber);
  app.add_flag("--skewed", options.skewed,
               "half of the records share few keys: one has a quarter of all, one an eighth");
  app.add_flag("--checksum", options.checksum, "print the checksum of the records, as tera_validate does");
  app.footer("Record i depends on i, the seed and --skewed alone.\n--seltzer-help lists the options of the engine.");
  try {
    app.parse(argc, argv);
    options.records = records == "0" ? 0 : wholeNumber("RECORDS", records);
    return -1;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? seltzer::exitDone : seltzer::exitUsage;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    Options options;
    const int code = parse(argc, argv, options);
    if (code < 0) generate(sc, options);
    return std::max(code, 0);
  });
}
