#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>

#include <seltzer/seltzer.hpp>

#include "program_frame.hpp"
#include "row.hpp"

/// Rows of the comparison with other systems, with Seltzer or by hand. results/compare runs each in a process of its
/// own.
namespace {

struct Options {
  std::vector<std::string> rows;
  peers::Setup setup;
  bool byHand = false;
  bool make = false;
};

std::vector<peers::Row> allRows() {
  std::vector<peers::Row> rows;
  for (const auto& some : {peers::fileRows(), peers::keyRows(), peers::joinRows(), peers::sortRows(),
                           peers::graphRows(), peers::numberRows(), peers::jobRows()}) {
    rows.insert(rows.end(), some.begin(), some.end());
  }
  return rows;
}

void printRow(const peers::Row& row, std::string_view system, const peers::Measured& measured) {
  fmt::print("RESULT system={} row={} seconds={:.9f} check={}\n", system, row.name, measured.seconds, measured.check);
}

/// An MPI program that does nothing.
peers::Measured nothingByHand(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  MPI_Finalize();
  return {0, "0"};
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Pieces of work that results/compare also gives to other systems. Without ROW, lists all.");
  app.add_option("ROW", options.rows, "which")->check(CLI::IsMember([] {
    std::vector<std::string> names;
    for (const peers::Row& row : allRows()) names.emplace_back(row.name);
    return names;
  }()));
  app.add_option("--scale", options.setup.scale, "size of the data over that of a full run")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  auto* data = app.add_option("--data", options.setup.data,
                              "folder of input files, which --make has made; outputs go there, too")
                   ->capture_default_str();
  auto* make =
      app.add_flag("--make", options.make, "make the input files, in the folder --data, which does not exist yet")
          ->needs(data);
  app.add_flag("--by-hand", options.byHand, "a loop on one core instead of Seltzer: start it without mpirun")
      ->excludes(make);
  app.footer("--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

int listRows() {
  for (const peers::Row& row : allRows()) fmt::print("{}\n", row.name);
  return seltzer::exitDone;
}

/// The rows that were asked for.
std::vector<peers::Row> chosenRows(const Options& options) {
  std::vector<peers::Row> chosen;
  const std::vector<peers::Row> rows = allRows();
  for (const std::string& name : options.rows) {
    chosen.push_back(*std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; }));
  }
  return chosen;
}

/// Without Seltzer.
int runByHand(int argc, char** argv) {
  Options options;
  if (const auto code = parse(argc, argv, options)) return *code;
  if (options.rows.empty()) return listRows();
  for (const peers::Row& row : chosenRows(options)) {
    if (std::string_view(row.name) == "nothing") {
      printRow(row, "hand", nothingByHand(argc, argv));
    } else if (row.byHand != nullptr) {
      printRow(row, "hand", row.byHand(options.setup));
    } else {
      fmt::print(stderr, "bench_peers: {} is not written by hand\n", row.name);
      return seltzer::exitUsage;
    }
  }
  return seltzer::exitDone;
}

int runWithSeltzer(int argc, char** argv, seltzer::Context& sc) {
  Options options;
  if (const auto code = parse(argc, argv, options)) return *code;
  if (options.make) {
    peers::makeData(sc, options.setup);
    return seltzer::exitDone;
  }
  if (options.rows.empty()) return listRows();
  for (const peers::Row& row : chosenRows(options)) printRow(row, "seltzer", row.run(sc, options.setup));
  return seltzer::exitDone;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv, argv + argc);
  if (std::find(words.begin(), words.end(), "--by-hand") == words.end()) {
    return seltzer::run(argc, argv, [&](seltzer::Context& sc) { return runWithSeltzer(argc, argv, sc); });
  }
  try {
    return runByHand(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_peers: {}\n", error.what());
    return seltzer::exitDriver;
  }
}
