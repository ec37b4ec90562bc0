#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "tera_record.hpp"
#include "tera_summary.hpp"

namespace {

/// The part files in the order in which they are read.
std::vector<std::filesystem::path> partFiles(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('_') && !name.starts_with('.') && !entry.is_directory()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// "part-00002, record 17", for the index of a record among all.
std::string placeOf(std::uint64_t index, const std::string& directory) {
  for (const std::filesystem::path& file : partFiles(directory)) {
    const std::uint64_t records = std::filesystem::file_size(file) / sizeof(TeraRecord);
    if (index < records) return fmt::format("{}, record {}", file.filename().string(), index);
    index -= records;
  }
  return "a file that is there no more";
}

/// Whether the records of the part files are sorted, in the order of names and within each file.
bool validate(seltzer::Context& sc, const std::string& directory) {
  const auto begin = std::chrono::steady_clock::now();
  const TeraSummary found = summarize(sc.binaryRecords<TeraRecord>(directory));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
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

int parse(int argc, char** argv, std::string& directory) {
  CLI::App app("Says whether records of 100 bytes are sorted by their first 10, and prints their number and checksum.");
  app.add_option("DIRECTORY", directory, "folder of part files, which are checked in the order of their names")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.footer("Ends with 1 if they are not sorted.\n--seltzer-help lists the options of the engine.");
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
    std::string directory;
    const int code = parse(argc, argv, directory);
    if (code >= 0) return code;
    return validate(sc, directory) ? seltzer::exitDone : seltzer::exitDriver;
  });
}
