/// What the programs share around their algorithms: command line, stopwatch and RESULT line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

namespace program {

/// The option `--partitions`.
inline void addPartitions(CLI::App& app, seltzer::PartitionCount& partitions) {
  app.add_option("--partitions", partitions, "number of partitions; by default the number of ranks")
      ->check(CLI::PositiveNumber);
}

/// Parses the command line by `app`. Returns the exit code if the program ends here: exitDone after `--help`, exitUsage
/// after an error; either is printed.
inline std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? seltzer::exitDone : seltzer::exitUsage;
  }
}

/// Starts when constructed.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
};

/// Prints the line for scripts: `RESULT app=pi ranks=2 partitions=4 seconds=1.234567 `, then `fields`, which are
/// `key=value` separated by blanks.
inline void printResult(const seltzer::Context& sc, std::string_view app, std::int64_t partitions, double seconds,
                        std::string_view fields) {
  fmt::print("RESULT app={} ranks={} partitions={} seconds={:.6f} {}\n", app, sc.ranks(), partitions, seconds, fields);
}

}  // namespace program
