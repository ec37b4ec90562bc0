/// What the programs share around their algorithms: command line, stopwatch and RESULT line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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

/// Where and how often a program that iterates writes a checkpoint.
struct Checkpoints {
  std::string directory;  ///< empty: none
  std::int64_t every = 10;
  std::string arguments{};  ///< what the run depends on, besides the number of partitions

  bool areDue(std::int64_t iterations) const { return !directory.empty() && iterations % every == 0; }
};

/// The options `--checkpoint` and `--every`.
inline void addCheckpoints(CLI::App& app, Checkpoints& checkpoints) {
  auto* directory =
      app.add_option("--checkpoint", checkpoints.directory,
                     "folder for checkpoints, which all ranks see: if it has one of this program with the "
                     "same arguments, the program goes on from there, on any number of ranks");
  app.add_option("--every", checkpoints.every, "iterations between checkpoints")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->needs(directory);
}

/// Begins to write checkpoints, if they are wanted, or goes on from one: then `partitions` becomes the number of that
/// run. Throws UsageError if that was of other arguments. Both parameters must live as long as the run.
inline void beginCheckpoints(seltzer::Context& sc, Checkpoints& checkpoints, std::int64_t& partitions) {
  if (checkpoints.directory.empty()) return;
  const std::string arguments = checkpoints.arguments;
  sc.setCheckpointDir(checkpoints.directory);
  sc.remember("arguments", checkpoints.arguments);
  sc.remember("partitions", partitions);
  if (checkpoints.arguments == arguments) return;
  throw seltzer::UsageError(
      fmt::format("the checkpoint in {} is of a run with \"{}\", and this is one with \"{}\"; give another folder",
                  checkpoints.directory, checkpoints.arguments, arguments));
}

/// Says where a run goes on that found a checkpoint.
inline void printResumed(const seltzer::Context& sc, std::int64_t iterations) {
  if (sc.restored()) fmt::print("goes on after {} iterations\n", iterations);
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
