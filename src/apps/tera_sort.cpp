#include "tera_sort.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace {

struct Options {
  std::string input;
  std::string output;
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

void sort(seltzer::Context& sc, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const seltzer::SavedFiles saved =
      sortRecords(sc, options.input, options.output, options.partitions.value_or(sc.ranks()));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=tera_sort ranks={} partitions={} seconds={:.6f} records={} bytes={}\n", sc.ranks(),
             saved.parts.size(), seconds, saved.records(), saved.bytes());
}

int parse(int argc, char** argv, Options& options) {
  CLI::App app("Sorts records of 100 bytes by their first 10.");
  app.add_option("INPUT", options.input, "file or folder of records; also a list with commas and wildcards")
      ->required();
  app.add_option("OUTPUT", options.output, "folder to be made, for a part file a partition")->required();
  app.add_option("--partitions", options.partitions, "number of part files; by default the number of ranks")
      ->check(CLI::PositiveNumber);
  app.footer("--seltzer-help lists the options of the engine.");
  try {
    app.parse(argc, argv);
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
    if (code < 0) sort(sc, options);
    return std::max(code, 0);
  });
}
