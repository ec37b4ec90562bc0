#include "tera_sort.hpp"

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "tera_summary.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::string input;
  std::string output;
  seltzer::PartitionCount partitions;
  bool checksum = false;
};

void sort(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const seltzer::SavedFiles saved =
      sortRecords(sc, options.input, options.output, program::partitionsOf(sc, options.partitions));
  const double seconds = watch.seconds();
  std::string check;
  if (options.checksum) {
    const TeraSummary found = summarize(sc.binaryRecords<TeraRecord>(options.output));
    check = fmt::format(" unordered={} checksum={}", found.unordered, found.checksum());
  }
  std::cout << sc.stats() << std::flush;
  program::printResult(sc, "tera_sort", static_cast<std::int64_t>(saved.parts.size()), seconds,
                       fmt::format("records={} bytes={}{}", saved.records(), saved.bytes(), check));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Sorts records of 100 bytes by their first 10.");
  app.add_option("INPUT", options.input, "file or folder of records; also a comma-separated list, and wildcards")
      ->required();
  app.add_option("OUTPUT", options.output, "folder to create, with a part file per partition")->required();
  app.add_option("--partitions", options.partitions,
                 "number of part files; by default that of --seltzer-default-parallelism, or the number of ranks")
      ->check(atLeast<std::int64_t>(1));
  app.add_flag("--checksum", options.checksum,
               "read the part files back and print how many records are out of order, and the checksum of all");
  app.footer("--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    sort(sc, options);
    return seltzer::exitDone;
  });
}
