#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

#include "bench_all_ranks.hpp"
#include "bench_compare.hpp"
#include "program_frame.hpp"
#include "tera_by_hand.hpp"
#include "tera_generate.hpp"
#include "tera_sort.hpp"
#include "tera_summary.hpp"
#include "whole_number.hpp"

/// Compares the sort of files of records with a hand-written one on the same files and ranks, and the sort of numbers
/// in awkward distributions with that of random ones.
namespace {

struct Options {
  std::int64_t records = 10'000'000;
  std::int64_t numbers = 100'000'000;
  int repeats = 3;
};

/// A folder that is removed with its contents by the destructor.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_((std::filesystem::temp_directory_path() / fmt::format("bench_sort-{}", ::getpid())).string()) {
    std::filesystem::create_directory(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The time of one sort; its output is removed, after a check if `check`.
double sortOnce(seltzer::Context& sc, const std::string& input, const std::string& output, bool check) {
  const double seconds = bench::secondsOf([&] { sortRecords(sc, input, output, sc.ranks()); });
  if (check) {
    const TeraSummary before = summarize(sc.binaryRecords<TeraRecord>(input));
    const TeraSummary after = summarize(sc.binaryRecords<TeraRecord>(output));
    if (after.unordered != 0 || after.records != before.records || after.checksum() != before.checksum()) {
      throw std::runtime_error("the output is not the sorted input");
    }
  }
  std::filesystem::remove_all(output);
  return seconds;
}

/// Prints time and memory, before anything else has touched memory.
void printFirstRun(seltzer::Context& sc, const Options& options) {
  const seltzer::Statistics statistics = sc.stats();
  std::cout << statistics;
  const double input = static_cast<double>(options.records) * sizeof(TeraRecord);
  const auto resident = static_cast<double>(statistics.resident.sum());
  fmt::print("memory: {:.0f} MB resident at most, summed over ranks: {:.2f} times the input (target <= 2.5)\n",
             resident / 1e6, resident / input);
  for (const auto& peak : statistics.memory) {
    if (peak.max() > 0) {
      fmt::print("  {}: {:.2f} times the input\n", peak.use, static_cast<double>(peak.sum()) / input);
    }
  }
}

void benchRecords(seltzer::Context& sc, const Options& options) {
  const TemporaryFolder folder;
  const std::string input = folder / "input";
  const std::string output = folder / "output";
  sc.generate(options.records, GenerateTeraRecord{}, sc.ranks()).saveAsBinaryRecords(input);
  sortOnce(sc, input, output, true);
  printFirstRun(sc, options);
  fmt::print("{:<44}{:<32}{:>14}{:>14}{:>9}  {}\n", "work", "against", "engine", "other", "ratio", "target");
  const auto engine = [&] { return sortOnce(sc, input, output, false); };
  const auto shared = sc.broadcast(input);
  const auto byHand = [&](auto sort) {
    return [&sc, shared, sort] {
      return bench::onAllRanks(sc, [shared, sort] { return sort(std::string(shared.value())); });
    };
  };
  const std::string work = fmt::format("records: read, sort, write {} MB", options.records / 10'000);
  bench::print(
      work, "IPS4o on a share, each rank",
      bench::compare(options.repeats, engine, byHand([](const std::string& path) { return byhand::sortShares(path); })),
      "<= 1.5");
  bench::print(work, fmt::format("IPS4o in one process, {} threads", sc.ranks()),
               bench::compare(options.repeats, engine,
                              byHand([](const std::string& path) { return byhand::sortInThreads(path); })),
               "<= 1.5");
}

enum class Numbers : std::uint8_t { random, equal, mostlyOne, descending };

/// Number `index` of a sequence.
struct MakeNumber {
  Numbers numbers = Numbers::random;

  std::int64_t operator()(std::int64_t index) const {
    const std::uint64_t random = mixed(static_cast<std::uint64_t>(index));
    switch (numbers) {
      case Numbers::equal:
        return 42;
      case Numbers::mostlyOne:
        return random % 10 != 0 ? 42 : static_cast<std::int64_t>(random);
      case Numbers::descending:
        return -index;
      default:
        return static_cast<std::int64_t>(random);
    }
  }

 private:
  /// The finalizer of MurmurHash3: a permutation of 64-bit numbers.
  static std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
  }
};

/// A summary of a sequence of numbers: whether it is sorted, and its ends.
struct Ascent {
  std::int64_t numbers = 0;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  bool sorted = true;
};

/// The time to generate and sort numbers.
double sortNumbers(seltzer::Context& sc, Numbers numbers, std::int64_t count) {
  Ascent ascent;
  const double seconds = bench::secondsOf([&] {
    ascent = sc.generate(count, MakeNumber{numbers}, sc.ranks())
                 .sortBy(std::identity(), true, sc.ranks())
                 .aggregate(
                     Ascent(),
                     [](Ascent& so, std::int64_t number) {
                       so.sorted = so.sorted && number >= so.last;
                       so.first = std::min(so.first, number);
                       so.last = number;
                       ++so.numbers;
                     },
                     [](Ascent& so, const Ascent& next) {
                       if (next.numbers == 0) return;
                       so.sorted = so.sorted && next.sorted && next.first >= so.last;
                       so.first = std::min(so.first, next.first);
                       so.last = next.last;
                       so.numbers += next.numbers;
                     });
  });
  if (!ascent.sorted || ascent.numbers != count) throw std::runtime_error("the numbers are not sorted");
  return seconds;
}

void benchNumbers(seltzer::Context& sc, const Options& options) {
  const auto time = [&](Numbers numbers) { return [&, numbers] { return sortNumbers(sc, numbers, options.numbers); }; };
  const auto print = [&](const char* what, Numbers numbers) {
    bench::print(fmt::format("{} int64, {}", options.numbers, what), "random ones",
                 bench::compare(options.repeats, time(numbers), time(Numbers::random)), "<= 1");
  };
  print("all equal", Numbers::equal);
  print("90 % of one key", Numbers::mostlyOne);
  print("descending", Numbers::descending);
}

void benchAll(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  fmt::print("{} ranks, {} records, {} numbers, median of {}; ratio: the engine's time over the other's\n", sc.ranks(),
             options.records, options.numbers, options.repeats);
  benchRecords(sc, options);
  benchNumbers(sc, options);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    std::string records = std::to_string(options.records);
    std::string numbers = std::to_string(options.numbers);
    CLI::App app(
        "Measures the sort of records of 100 bytes, which it makes in $TMPDIR or /tmp, against IPS4o between read(2) "
        "and write(2), and the sort of numbers in awkward distributions against random ones.");
    app.add_option("--records", records, "number of records, for example 1e7, which makes 1 GB")->capture_default_str();
    app.add_option("--numbers", numbers, "how many numbers")->capture_default_str();
    app.add_option("--repeats", options.repeats, "measurements of each pair")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.callback([&] {
      options.records = wholeNumber("--records", records);
      options.numbers = wholeNumber("--numbers", numbers);
    });
    if (const auto code = program::parse(app, argc, argv)) return *code;
    const double seconds = bench::secondsOf([&] { benchAll(sc, options); });
    program::printResult(
        sc, "bench_sort", sc.ranks(), seconds,
        fmt::format("records={} numbers={} repeats={}", options.records, options.numbers, options.repeats));
    return seltzer::exitDone;
  });
}
