#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_compare.hpp"
#include "bench_keys.hpp"
#include "program_frame.hpp"

/// Operations on data from half the memory of all ranks to several times as much: the time for a byte against that for
/// data that fits.
namespace {

struct Options {
  std::vector<std::string> operations;
  std::vector<double> ratios{0.5, 1, 2, 4, 8};
};

/// 100 bytes that begin with a random number.
struct Record {
  std::array<char, 100> bytes;
};

/// Whether a record can be one that `recordAt` made; a job that asks this reads its records.
bool isRecord(const Record& record) {
  return record.bytes[0] == record.bytes[8];
}

Record recordAt(std::int64_t i) {
  Record record{};
  const std::uint64_t word = bench::mixed(static_cast<std::uint64_t>(i));
  for (std::size_t byte = 0; byte < record.bytes.size(); ++byte) {
    record.bytes[byte] = static_cast<char>(word >> 8 * (byte % sizeof word));
  }
  return record;
}

/// A pseudorandom number, a different one for each `i`.
std::int64_t keyAt(std::int64_t i) {
  return static_cast<std::int64_t>(bench::mixed(static_cast<std::uint64_t>(i)));
}

std::string wordAt(std::int64_t i) {
  return fmt::format("{:016x}", static_cast<std::uint64_t>(keyAt(i)));
}

void require(std::int64_t count, std::int64_t wanted) {
  if (count != wanted) throw std::runtime_error(fmt::format("{} elements instead of {}", count, wanted));
}

/// An operation on elements, each of which takes `elementBytes` when it is shuffled.
struct Operation {
  std::string_view name;
  std::string_view data;
  std::int64_t elementBytes;
  std::function<void(seltzer::Context& sc, std::int64_t elements)> run;
};

std::int64_t partitions(const seltzer::Context& sc) {
  return 4 * sc.ranks();
}

void sort(seltzer::Context& sc, std::int64_t elements) {
  const auto records = sc.generate(
      elements, [](std::int64_t i) { return recordAt(i); }, partitions(sc));
  const auto sorted = records.sortBy([](const Record& record) { return record.bytes; });
  require(sorted.filter([](const Record& record) { return isRecord(record); }).count(), elements);
}

void countWords(seltzer::Context& sc, std::int64_t elements) {
  const auto words = sc.generate(
      elements, [](std::int64_t i) { return std::pair(wordAt(i), std::int64_t{1}); }, partitions(sc));
  require(words.reduceByKey(std::plus<>()).count(), elements);
}

void group(seltzer::Context& sc, std::int64_t elements) {
  const auto pairs = sc.generate(
      elements, [](std::int64_t i) { return std::pair(keyAt(i / 8), wordAt(i)); }, partitions(sc));
  require(pairs.groupByKey().map([](const auto& group) { return std::ssize(group.second); }).sum(), elements);
}

void join(seltzer::Context& sc, std::int64_t elements) {
  const std::int64_t half = elements / 2;
  const auto left = sc.generate(
      half, [](std::int64_t i) { return bench::Pair(keyAt(i), i); }, partitions(sc));
  const auto right = sc.generate(
      half, [](std::int64_t i) { return bench::Pair(keyAt(i), -i); }, partitions(sc));
  require(left.join(right).count(), half);
}

void distinct(seltzer::Context& sc, std::int64_t elements) {
  require(sc.generate(
                elements, [](std::int64_t i) { return keyAt(i); }, partitions(sc))
              .distinct()
              .count(),
          elements);
}

void repartition(seltzer::Context& sc, std::int64_t elements) {
  const auto records = sc.generate(
      elements, [](std::int64_t i) { return recordAt(i); }, partitions(sc));
  const auto moved = records.repartition(partitions(sc));
  require(moved.filter([](const Record& record) { return isRecord(record); }).count(), elements);
}

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"sortBy", "records of 100 bytes, by all of them", 100, sort},
      {"reduceByKey", "distinct words of 16 bytes", 32, countWords},
      {"groupByKey", "numbers with 8 texts of 16 bytes each", 32, group},
      {"join", "pairs of numbers, each key once on both sides", 16, join},
      {"distinct", "distinct numbers", 8, distinct},
      {"repartition", "records of 100 bytes", 100, repartition},
  };
  return all;
}

std::uint64_t spilledBytes(seltzer::Context& sc) {
  return sc.stats().total[seltzer::Phase::spillWrite].bytes;
}

void measure(seltzer::Context& sc, const Operation& operation, double memory, const std::vector<double>& ratios) {
  fmt::print("\n{}: {}\n", operation.name, operation.data);
  std::optional<double> first;  // the time for a byte at the first ratio
  for (const double ratio : ratios) {
    const auto elements = static_cast<std::int64_t>(ratio * memory / static_cast<double>(operation.elementBytes));
    const auto bytes = static_cast<double>(elements * operation.elementBytes);
    const std::uint64_t before = spilledBytes(sc);
    const double seconds = bench::secondsOf([&] { operation.run(sc, elements); });
    const double perByte = seconds / bytes;
    if (!first) first = perByte;
    fmt::print("RESULT operation={} ratio={} bytes={:.0f} seconds={:.3f} per_byte={:.2f} spilled={:.2f}\n",
               operation.name, ratio, bytes, seconds, perByte / *first,
               static_cast<double>(spilledBytes(sc) - before) / bytes);
    std::cout << std::flush;
  }
}

void benchmark(seltzer::Context& sc, const Options& options) {
  const seltzer::MemoryLimit limit = sc.stats().memoryLimit;
  const double memory = static_cast<double>(limit.bytes) * sc.ranks();
  bench::printMachine(sc);
  fmt::print(
      "bench_memory: {} ranks with {:.0f} MB each; ratio: bytes of data over memory; per_byte: time over that of "
      "the first ratio; spilled: over bytes of data\n",
      sc.ranks(), static_cast<double>(limit.bytes) / 1e6);
  for (const Operation& operation : operations()) {
    if (std::ranges::find(options.operations, operation.name) == options.operations.end()) continue;
    measure(sc, operation, memory, options.ratios);
  }
  fmt::print("\n{}\n", sc.stats().table());
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Measures operations on data of half to several times the memory, which --seltzer-memory sets.");
  std::vector<std::string> names;
  for (const Operation& operation : operations()) names.emplace_back(operation.name);
  options.operations = names;
  app.add_option("--operations", options.operations, "which")->check(CLI::IsMember(names))->capture_default_str();
  app.add_option("--ratios", options.ratios, "bytes of data over memory")->capture_default_str();
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  setenv("SELTZER_MEMORY", "128MiB", 0);  // unless the user sets it
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    benchmark(sc, options);
    return seltzer::exitDone;
  });
}
