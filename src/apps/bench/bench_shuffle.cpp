#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>

#include <seltzer/seltzer.hpp>

#include "bench_all_ranks.hpp"
#include "bench_compare.hpp"
#include "bench_keys.hpp"
#include "bench_sum_table.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

/// Shuffles against the best loop on one core, skewed keys against even ones, and an exchange of more than 2^32 bytes.
namespace {

using bench::Comparison;
using bench::EvenPair;
using bench::Pair;
using bench::SkewedPair;

struct Options {
  std::int64_t elements = 100'000'000;
  std::int64_t keys = 1'000'000;
  std::int64_t exchangeBytes = 4'800'000'000;
  int repeats = 3;
};

double seconds(const std::function<void()>& work) {
  return bench::secondsOf(work);
}

void require(bool right, const char* what) {
  if (!right) throw std::runtime_error(fmt::format("a wrong result: {}", what));
}

Comparison benchReduceByKey(seltzer::Context& sc, const Options& options) {
  const EvenPair pairAt{options.keys};
  const auto pairs = sc.generate(options.elements, pairAt);
  std::int64_t mine = 0;
  std::size_t other = 0;
  const Comparison result = bench::compare(
      options.repeats, [&] { return seconds([&] { mine = pairs.reduceByKey(std::plus<>()).count(); }); },
      [&] {
        return seconds([&] {
          bench::SumTable table(static_cast<std::size_t>(options.keys));
          table.add(0, options.elements, pairAt);
          other = table.size();
        });
      });
  require(static_cast<std::size_t>(mine) == other, "reduceByKey");
  return result;
}

/// The time of an action on skewed pairs against that on even ones.
template <class Action>
Comparison againstEven(seltzer::Context& sc, const Options& options, Action action) {
  const auto skewed = sc.generate(options.elements, SkewedPair{options.keys});
  const auto even = sc.generate(options.elements, EvenPair{options.keys});
  return bench::compare(
      options.repeats, [&] { return seconds([&] { action(skewed); }); },
      [&] { return seconds([&] { action(even); }); });
}

/// Each pair matches one row; the product of the frequent key is as large as the input and is never stored.
Comparison benchJoin(seltzer::Context& sc, const Options& options) {
  const std::int64_t keys = options.keys;
  const auto rows = sc.generate(keys, [](std::int64_t i) { return Pair(i, -i); });
  return againstEven(sc, options,
                     [&](const auto& pairs) { require(pairs.join(rows).count() == options.elements, "join"); });
}

/// 1 KB, with a number.
struct Record {
  std::array<std::int64_t, 128> words;
};

struct ToLastRank {
  int ranks;
  int numPartitions() const { return ranks; }
  int getPartition(std::int64_t) const { return ranks - 1; }
};

/// Moves all records from rank 0 to the last rank in one exchange; plain MPI moves as many bytes in 64 MiB messages.
Comparison benchExchange(seltzer::Context& sc, const Options& options) {
  const auto records = static_cast<std::int64_t>(options.exchangeBytes / static_cast<std::int64_t>(sizeof(Record)));
  const auto source = sc.generate(
      records,
      [](std::int64_t i) {
        Record record{};
        record.words.front() = i;
        return std::pair(i, record);
      },
      1);
  const auto mine = [&] {
    return seconds([&] {
      const auto moved = source.partitionBy(ToLastRank{sc.ranks()});
      const auto sum = moved.map([](const std::pair<std::int64_t, Record>& x) { return x.second.words.front(); }).sum();
      require(sum == records * (records - 1) / 2, "exchange");
    });
  };
  const auto other = [&, bytes = options.exchangeBytes] {
    return bench::onAllRanks(sc, [bytes] {
      int rank = 0;
      int ranks = 1;
      MPI_Comm_rank(MPI_COMM_WORLD, &rank);
      MPI_Comm_size(MPI_COMM_WORLD, &ranks);
      constexpr std::int64_t piece = 64 << 20;
      std::vector<std::byte> buffer(static_cast<std::size_t>(piece));
      MPI_Barrier(MPI_COMM_WORLD);
      const double begin = MPI_Wtime();
      for (std::int64_t done = 0; done < bytes; done += piece) {
        if (rank == 0) MPI_Send(buffer.data(), static_cast<int>(piece), MPI_BYTE, ranks - 1, 0, MPI_COMM_WORLD);
        if (rank == ranks - 1) {
          MPI_Recv(buffer.data(), static_cast<int>(piece), MPI_BYTE, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        }
      }
      MPI_Barrier(MPI_COMM_WORLD);
      return MPI_Wtime() - begin;
    });
  };
  return bench::compare(1, mine, other);
}

void benchmark(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  fmt::print("bench_shuffle: {} ranks, {} elements, {} keys, median of {}\n", sc.ranks(), options.elements,
             options.keys, options.repeats);
  bench::print("reduceByKey, a sum for each key", "best hash table, all on one core", benchReduceByKey(sc, options),
               "target 0.75 on 2 ranks");
  bench::print("reduceByKey, 90 % of one key", "even keys",
               againstEven(sc, options, [](const auto& pairs) { pairs.reduceByKey(std::plus<>()).count(); }),
               "target about 1");
  bench::print("distinct, 90 % of one key", "even keys",
               againstEven(sc, options, [](const auto& pairs) { pairs.keys().distinct().count(); }), "target about 1");
  const auto sort = [](const auto& pairs) { pairs.sortBy([](const auto& pair) { return pair.first; }).count(); };
  bench::print("sortBy the key, 90 % of one key", "even keys", againstEven(sc, options, sort), "target about 1");
  bench::print("join with one row a key, 90 % of one key", "even keys", benchJoin(sc, options), "streams its product");
  if (sc.ranks() > 1) {
    bench::print(
        fmt::format("partitionBy, {:.2f} GiB to one rank", static_cast<double>(options.exchangeBytes) / (1 << 30)),
        "MPI_Send, the bytes alone", benchExchange(sc, options), "goes through");
  }
  std::cout << sc.stats() << std::flush;
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Compares shuffles with hand-written loops, and skewed keys with even ones.");
  std::string elements = std::to_string(options.elements);
  std::string keys = std::to_string(options.keys);
  std::string bytes = std::to_string(options.exchangeBytes);
  app.add_option("--elements", elements, "pairs of int64")->capture_default_str();
  app.add_option("--keys", keys, "distinct keys")->capture_default_str();
  app.add_option("--exchange-bytes", bytes, "bytes that go from rank 0 to the last one")->capture_default_str();
  app.add_option("--repeats", options.repeats, "measurements of each side")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.callback([&] {
    options.elements = wholeNumber("--elements", elements);
    options.keys = wholeNumber("--keys", keys);
    options.exchangeBytes = wholeNumber("--exchange-bytes", bytes);
  });
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    benchmark(sc, options);
    return seltzer::exitDone;
  });
}
