#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "log_report_line.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::string log;
  std::int64_t top = 10;
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

/// The property by which requests are counted.
enum class By : std::uint8_t { status, path, hour };

struct Traffic {
  std::int64_t requests = 0;
  std::int64_t bytes = 0;

  friend Traffic operator+(const Traffic& a, const Traffic& b) { return {a.requests + b.requests, a.bytes + b.bytes}; }
};

using Tally = std::pair<std::pair<By, std::string>, Traffic>;

/// Merges lists of lines and keeps the first five in partition order.
struct KeepFirst {
  void operator()(std::vector<std::string>& kept, const std::vector<std::string>& next) const {
    for (const std::string& line : next) {
      if (kept.size() < 5) kept.push_back(line);
    }
  }
};

struct BadLines {
  seltzer::Accumulator<std::int64_t> count;
  seltzer::Accumulator<std::vector<std::string>> first;
};

/// The traffic of each status, path and hour, from one pass over the log. A line that is not a request is bad.
seltzer::RDD<Tally> tallies(const seltzer::RDD<std::string_view>& lines, BadLines bad, std::int64_t partitions) {
  using Part = std::pair<std::pair<By, std::string_view>, Traffic>;
  return lines
      .flatMap<Part>([bad](std::string_view line, seltzer::Emit<Part>& emit) {
        if (const auto request = access_log::parse(line)) {
          const Traffic traffic{1, request->bytes};
          emit(Part({By::status, request->status}, traffic));
          emit(Part({By::path, request->path}, traffic));
          emit(Part({By::hour, request->hour}, traffic));
        } else {
          bad.count += 1;
          bad.first += {std::string(line)};
        }
      })
      .reduceByKey(std::plus<>(), partitions);
}

struct Report {
  std::map<std::string, Traffic> statuses;
  std::map<std::string, Traffic> hours;  // "2000-10-10 13"
  std::vector<Tally> paths;              // by falling number of requests, then by name
  std::int64_t badLines = 0;
  std::vector<std::string> firstBadLines;
};

Report analyse(seltzer::Context& sc, const Options& options, std::int64_t partitions) {
  const BadLines bad{sc.accumulator<std::int64_t>(0, "bad lines"),
                     sc.accumulator(std::vector<std::string>(), "", KeepFirst())};
  const auto all = tallies(sc.textFile(options.log, partitions), bad, partitions).cache();
  const auto of = [&all](By by) { return all.filter([by](const Tally& tally) { return tally.first.first == by; }); };

  Report report;
  for (const auto& [key, traffic] : of(By::status).collect()) report.statuses[key.second] = traffic;
  report.badLines = bad.count.value();  // now: a partition that is computed again would count again
  report.firstBadLines = bad.first.value();
  for (const auto& [key, traffic] : of(By::hour).collect()) {
    report.hours[access_log::sortableHour(key.second)] = traffic;
  }
  report.paths = of(By::path).takeOrdered(options.top, [](const Tally& tally) {
    return std::pair(-tally.second.requests, std::string_view(tally.first.second));
  });
  return report;
}

/// The first characters of a line, with control characters, which a terminal would interpret, replaced by '?'.
std::string shown(std::string_view line) {
  std::string text(line.substr(0, 100));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text.size() < line.size() ? text + "..." : text;
}

void print(std::string_view what, const std::map<std::string, Traffic>& table) {
  fmt::print("{:<16}{:>12}{:>16}\n", what, "requests", "bytes");
  for (const auto& [key, traffic] : table) fmt::print("{:<16}{:>12}{:>16}\n", key, traffic.requests, traffic.bytes);
}

void print(const Report& report) {
  print("status", report.statuses);
  print("hour", report.hours);
  fmt::print("{:>12}{:>16}  path\n", "requests", "bytes");
  for (const auto& [key, traffic] : report.paths) {
    fmt::print("{:>12}{:>16}  {}\n", traffic.requests, traffic.bytes, shown(key.second));
  }
  fmt::print("{} bad lines{}\n", report.badLines, report.badLines > 0 ? ", the first of them:" : "");
  for (const std::string& line : report.firstBadLines) fmt::print("  | {}\n", shown(line));
}

void reportOn(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const auto partitions = program::partitionsOf(sc, options.partitions);
  const Report report = analyse(sc, options, partitions);
  const double seconds = watch.seconds();

  print(report);
  Traffic total;
  for (const auto& [status, traffic] : report.statuses) total = total + traffic;
  fmt::print("\n");
  std::cout << sc.stats() << std::flush;
  program::printResult(sc, "log_report", partitions, seconds,
                       fmt::format("requests={} bytes={} bad={}", total.requests, total.bytes, report.badLines));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Reports on a web server's access log: statuses, traffic by hour, the most requested paths.");
  app.add_option("LOG", options.log,
                 "files, folders or patterns, separated by commas, in common or combined log format; .gz, .bz2, .xz, "
                 ".zst too")
      ->required();
  app.add_option("--top", options.top, "how many paths to print")
      ->check(atLeast<std::int64_t>(0))
      ->capture_default_str();
  program::addPartitions(app, options.partitions);
  app.footer(
      "Paths are counted without their queries; a request that is not METHOD PATH ... is counted whole. Hours are in\n"
      "the server's time zone. Lines that are in neither format are counted, and the first ones shown.\n"
      "--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    reportOn(sc, options);
    return seltzer::exitDone;
  });
}
