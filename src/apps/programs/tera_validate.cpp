#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "tera_record.hpp"
#include "tera_summary.hpp"

namespace {

/// "part-00002, record 17", for the index of a record in all files.
std::string placeOf(std::uint64_t index, const std::string& directory) {
  for (const auto& [path, size] : seltzer::detail::listFiles(directory)) {  // in the order in which they are read
    const std::uint64_t records = size / sizeof(TeraRecord);
    if (index < records) return fmt::format("{}, record {}", std::filesystem::path(path).filename().string(), index);
    index -= records;
  }
  return "a file that no longer exists";
}

/// Whether the records are sorted, within the part files and across them in the order of their names.
bool validate(seltzer::Context& sc, const std::string& directory) {
  const program::Stopwatch watch;
  const TeraSummary found = summarize(sc.binaryRecords<TeraRecord>(directory));
  const double seconds = watch.seconds();
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=tera_validate ranks={} seconds={:.6f} records={} duplicates={} unordered={} checksum={}\n",
             sc.ranks(), seconds, found.records, found.duplicates, found.unordered, found.checksum());
  std::fflush(stdout);
  if (found.unordered == 0) return true;
  fmt::print(stderr,
             "tera_validate: not sorted: {} (record {} of all, from 0) has a smaller key than the record before it\n",
             placeOf(found.firstUnordered, directory), found.firstUnordered);
  return false;
}

std::optional<int> parse(int argc, char** argv, std::string& directory) {
  CLI::App app("Says whether records of 100 bytes are sorted by their first 10, and prints their number and checksum.");
  app.add_option("DIRECTORY", directory, "folder of part files, which are checked in the order of their names")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.footer("The exit code is 1 if they are not sorted.\n--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    std::string directory;
    if (const auto code = parse(argc, argv, directory)) return *code;
    return validate(sc, directory) ? seltzer::exitDone : seltzer::exitDriver;
  });
}
