/// What the programs share around their algorithms: command line, stopwatch and RESULT line.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "whole_number.hpp"

namespace program {

/// The option `--partitions`.
inline void addPartitions(CLI::App& app, seltzer::PartitionCount& partitions) {
  app.add_option("--partitions", partitions,
                 "number of partitions; by default that of --seltzer-default-parallelism, or the number of ranks")
      ->check(atLeast<std::int64_t>(1));
}

/// The number of partitions that was asked for, or else the context's default.
inline std::int64_t partitionsOf(const seltzer::Context& sc, seltzer::PartitionCount given) {
  return given.value_or(static_cast<std::int64_t>(sc.defaultParallelism()));
}

/// Throws UsageError if there is something at the path that results are to be written to, before all the work.
inline void requireNew(const std::string& output) {
  std::error_code ignored;
  if (output.empty() || !std::filesystem::exists(output, ignored)) return;
  throw seltzer::UsageError(fmt::format("--output: {} exists already; remove it, or give another name", output));
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
      ->check(atLeast<std::int64_t>(1))
      ->capture_default_str()
      ->needs(directory);
}

/// Sets the directory for checkpoints, if one is given. If it has a checkpoint of an earlier run, `partitions` becomes
/// that run's number of partitions; throws UsageError if that run had other arguments. `checkpoints` and `partitions`
/// must outlive the last checkpoint.
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

/// Prints after how many iterations a run that found a checkpoint resumes.
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
