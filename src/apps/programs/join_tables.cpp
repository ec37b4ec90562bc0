#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/serialization/string.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "join_tables_csv.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

namespace {

enum class How { inner, left, right, full, semi, anti };

const std::map<std::string, How> hows = {{"inner", How::inner}, {"left", How::left}, {"right", How::right},
                                         {"full", How::full},   {"semi", How::semi}, {"anti", How::anti}};

struct Options {
  std::string left;
  std::string right;
  std::size_t key = 1;
  std::string how = "inner";
  bool headers = true;
  std::string output;                  // none: the rows are only counted
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

/// The text of the key, and the other fields as in the file, each preceded by a comma.
using Row = std::pair<std::string, std::string>;
using Rows = seltzer::RDD<Row>;

/// Parses the lines of a table into rows, without empty lines and the header.
struct ParseRow {
  std::string table;   // its path
  std::string header;  // empty: there is none
  std::size_t key = 0;
  std::size_t columns = 0;

  Row split(std::string_view line) const {
    Row row;
    const std::size_t fields = csv::forEachField(line, [&](std::size_t index, std::string_view raw) {
      if (index == key) {
        row.first = csv::valueOf(raw);
      } else {
        row.second.append(",").append(raw);
      }
    });
    if (fields != columns) {
      throw std::invalid_argument(
          fmt::format("{}: a line has {} fields, the first one has {}: {:.100}", table, fields, columns, line));
    }
    return row;
  }
  std::optional<Row> operator()(std::string_view line) const {
    if (line.empty() || line == header) return std::nullopt;
    return split(line);
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& table& header& key& columns;
  }
};

struct Table {
  Rows rows;
  std::size_t columns;
  Row header;  // empty: there is none
};

/// Reads a table, whose first line determines the number of columns. Throws UsageError if it has no lines, or no column
/// `options.key`.
Table readTable(seltzer::Context& sc, const std::string& path, const Options& options, std::int64_t partitions) {
  const auto lines = sc.textFile(path, partitions);
  const auto first = lines.filter([](std::string_view line) { return !line.empty(); }).take(1);
  if (first.empty()) throw seltzer::UsageError(path + " holds no lines; a table needs at least one");
  ParseRow parse{path, options.headers ? first[0] : "", options.key - 1, 0};
  parse.columns = csv::forEachField(first[0], [](std::size_t, std::string_view) {});
  if (options.key > parse.columns) {
    throw seltzer::UsageError(fmt::format("--key {}: {} has only {} columns", options.key, path, parse.columns));
  }
  return {lines.collect(parse), parse.columns, options.headers ? parse.split(first[0]) : Row()};
}

/// Formats a joined row: the key, the other fields of the left row and those of the right one; for a missing row, as
/// many empty fields.
struct WriteRow {
  std::string missingLeft;
  std::string missingRight;

  template <class Left, class Right>
  std::string operator()(const std::pair<std::string, std::pair<Left, Right>>& row) const {
    return csv::rawOf(row.first) + orElse(row.second.first, missingLeft) + orElse(row.second.second, missingRight);
  }
  std::string operator()(const Row& row) const { return csv::rawOf(row.first) + row.second; }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& missingLeft& missingRight;
  }

 private:
  static const std::string& orElse(const std::string& fields, const std::string&) { return fields; }
  static const std::string& orElse(const std::optional<std::string>& fields, const std::string& missing) {
    return fields ? *fields : missing;
  }
};

seltzer::RDD<std::string> join(const Table& left, const Table& right, How how, std::int64_t partitions) {
  const WriteRow write{std::string(left.columns - 1, ','), std::string(right.columns - 1, ',')};
  switch (how) {
    case How::inner:
      return left.rows.join(right.rows, partitions).map(write);
    case How::left:
      return left.rows.leftOuterJoin(right.rows, partitions).map(write);
    case How::right:
      return left.rows.rightOuterJoin(right.rows, partitions).map(write);
    case How::full:
      return left.rows.fullOuterJoin(right.rows, partitions).map(write);
    case How::semi:
      return left.rows.leftSemiJoin(right.rows, partitions).map(write);
    case How::anti:
      return left.rows.leftAntiJoin(right.rows, partitions).map(write);
  }
  throw std::logic_error("join: no such kind");
}

/// Writes the header to a part file of its own before those of the rows, so that `cat folder/part-*` is a table.
/// Returns the number of rows.
std::int64_t save(seltzer::Context& sc, const seltzer::RDD<std::string>& rows, const std::optional<std::string>& header,
                  const std::string& directory) {
  if (!header) return static_cast<std::int64_t>(rows.saveAsTextFile(directory).records());
  const auto table = sc.parallelize({*header}, 1) + rows;
  return static_cast<std::int64_t>(table.saveAsTextFile(directory).records()) - 1;
}

void joinTables(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const auto partitions = program::partitionsOf(sc, options.partitions);
  const Table left = readTable(sc, options.left, options, partitions);
  const Table right = readTable(sc, options.right, options, partitions);
  const How how = hows.at(options.how);
  const auto rows = join(left, right, how, partitions);

  std::optional<std::string> header;
  if (options.headers) {
    header = csv::rawOf(left.header.first) + left.header.second;
    if (how != How::semi && how != How::anti) *header += right.header.second;
  }
  const std::int64_t count = options.output.empty() ? rows.count() : save(sc, rows, header, options.output);
  const double seconds = watch.seconds();

  fmt::print("{} rows\n\n", count);
  std::cout << sc.stats() << std::flush;
  program::printResult(sc, "join_tables", partitions, seconds, fmt::format("how={} rows={}", options.how, count));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Joins two tables of comma separated values by a column.");
  const std::string table = "files, folders or patterns, separated by commas; .gz, .bz2, .xz, .zst too";
  app.add_option("LEFT", options.left, table)->required();
  app.add_option("RIGHT", options.right, table)->required();
  app.add_option("--key", options.key, "the column to join by, in both tables, from 1")
      ->required()
      ->check(atLeast<std::int64_t>(1));
  app.add_option("--how", options.how, "inner, left, right or full: pairs of rows; semi or anti: left rows only")
      ->check(CLI::IsMember(hows))
      ->capture_default_str();
  app.add_flag("!--no-header", options.headers, "the first line is a row; by default it names the columns");
  app.add_option("--output", options.output, "folder to be made, for the joined table");
  program::addPartitions(app, options.partitions);
  app.footer(
      "Fields with commas or quotes are quoted, with quotes inside doubled; they cannot contain line ends. Keys are\n"
      "compared as text, without their quotes. A table of several files has the same header in each. Empty lines are\n"
      "ignored. The joined table has the key first, then the other columns of LEFT and those of RIGHT, unchanged.\n"
      "Its first part file holds the header. The order of the rows depends only on the number of partitions.\n"
      "--seltzer-help lists the options of the engine.");
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    joinTables(sc, options);
    return seltzer::exitDone;
  });
}
