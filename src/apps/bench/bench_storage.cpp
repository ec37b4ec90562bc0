#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_compare.hpp"
#include "bench_keys.hpp"
#include "program_frame.hpp"

/// Storage levels on three RDDs that together may be larger than memory, and what checkpoints cost.
namespace {

namespace fs = std::filesystem;
using Record = std::array<std::uint64_t, 16>;
using State = seltzer::RDD<bench::Pair>;

struct Options {
  std::int64_t bytes = 100'000'000;
  std::int64_t rounds = 3;
  std::int64_t iterations = 30;
  int repeats = 3;
  std::string folder;  // for checkpoints; none: not measured
};

constexpr seltzer::StorageLevel levels[] = {
    seltzer::StorageLevel::NONE,
    seltzer::StorageLevel::MEMORY_ONLY,
    seltzer::StorageLevel::MEMORY_ONLY_SER,
    seltzer::StorageLevel::MEMORY_AND_DISK,
    seltzer::StorageLevel::MEMORY_AND_DISK_SER,
    seltzer::StorageLevel::DISK_ONLY,
    seltzer::StorageLevel::MEMORY_AND_DISK_2,
};

std::uint64_t wordAt(std::int64_t i) {
  return bench::mixed(static_cast<std::uint64_t>(i));
}

std::int64_t partitions(const seltzer::Context& sc) {
  return 8 * sc.ranks();
}

seltzer::RDD<Record> records(seltzer::Context& sc, std::int64_t bytes) {
  return sc.generate(
      bytes / static_cast<std::int64_t>(sizeof(Record)),
      [](std::int64_t i) {
        Record record{};
        record.fill(wordAt(i));
        return record;
      },
      partitions(sc));
}

/// Records, texts and sums by key, in turn, `rounds` times.
double useThree(seltzer::Context& sc, seltzer::StorageLevel level, const Options& options) {
  const auto first = records(sc, options.bytes);
  const auto texts = sc.generate(
      options.bytes / 48, [](std::int64_t i) { return fmt::format("{:020}", wordAt(i)); }, partitions(sc));
  const auto sums =
      sc.generate(
            options.bytes / 16, [](std::int64_t i) { return bench::Pair(static_cast<std::int64_t>(wordAt(i)), i); },
            partitions(sc))
          .reduceByKey(std::plus<>());
  if (level != seltzer::StorageLevel::NONE) {
    first.persist(level);
    texts.persist(level);
    sums.persist(level);
  }
  return bench::secondsOf([&] {
    for (std::int64_t round = 0; round < options.rounds; ++round) {
      first.map([](const Record& record) { return record[3] & 0xff; }).sum();
      texts.map([](const std::string& text) { return static_cast<std::int64_t>(text.size()); }).sum();
      sums.values().sum();
    }
  });
}

void measureLevels(seltzer::Context& sc, const Options& options) {
  const seltzer::MemoryLimit limit = sc.stats().memoryLimit;
  fmt::print(
      "bench_storage: 3 RDDs of about {} MB each, used {} times in turn on {} ranks with {:.0f} MB for data each\n",
      options.bytes / 1'000'000, options.rounds, sc.ranks(), static_cast<double>(limit.dataBytes) / 1e6);
  for (const seltzer::StorageLevel level : levels) {
    const auto& before = sc.stats().total;
    const double seconds = useThree(sc, level, options);
    const auto& after = sc.stats().total;
    const auto megabytes = [&](seltzer::Phase phase) {
      return static_cast<double>(after[phase].bytes - before[phase].bytes) / 1e6;
    };
    fmt::print("RESULT level={} seconds={:.3f} written_mb={:.0f} read_mb={:.0f}\n", seltzer::name(level), seconds,
               megabytes(seltzer::Phase::spillWrite), megabytes(seltzer::Phase::spillRead));
    std::cout << std::flush;
  }
}

void measureCheckpoints(seltzer::Context& sc, const Options& options) {
  const std::string folder = options.folder;
  sc.setCheckpointDir(folder);
  std::int64_t saves = 0;
  const auto saved = [&](std::int64_t number) { return fmt::format("{}/saved-{}", folder, number); };
  const auto save = [&] {  // as with a checkpoint, the previous files are removed once the new ones are complete
    return bench::secondsOf([&] {
      records(sc, options.bytes).saveAsObjectFile(saved(++saves));
      fs::remove_all(saved(saves - 1));
    });
  };
  const auto named = [&] {
    return bench::secondsOf([&] { sc.checkpointed("records", [&] { return records(sc, options.bytes); }); });
  };
  std::string before;
  const auto marked = [&] {
    const auto rdd = records(sc, options.bytes);
    rdd.checkpoint();
    return bench::secondsOf([&] {
      rdd.count();
      fs::remove_all(std::exchange(before, *rdd.getCheckpointFile()));
    });
  };
  fmt::print("\n{} MB on {} ranks\n", options.bytes / 1'000'000, sc.ranks());
  bench::print("checkpointed", "saveAsObjectFile", bench::compare(options.repeats, named, save), "1.2");
  bench::print("checkpoint, with the job of count", "saveAsObjectFile", bench::compare(options.repeats, marked, save),
               "1.2");
  fs::remove_all(saved(saves));
}

State startOf(seltzer::Context& sc, const Options& options) {
  const State state = sc.generate(
                            options.bytes / 16, [](std::int64_t i) { return bench::Pair(i, i); }, partitions(sc))
                          .partitionBy(partitions(sc))
                          .cache();
  state.count();
  return state;
}

/// The time of iterations on pairs, with a checkpoint every 10 or none.
double iterate(seltzer::Context& sc, const Options& options, bool withCheckpoints) {
  State state = startOf(sc, options);
  return bench::secondsOf([&] {
    for (std::int64_t i = 1; i <= options.iterations; ++i) {
      const State next =
          state.map([](const bench::Pair& pair) { return bench::Pair(pair.second % 1'000'003, pair.first); })
              .reduceByKey(std::plus<>(), state.partitioner())
              .join(state)
              .mapValues([](const auto& sums) { return sums.first % 1000 + sums.second; })
              .cache();
      next.count();
      state = next;
      if (withCheckpoints && i % 10 == 0) state = sc.checkpointed("state", [&state] { return state; });
    }
  });
}

void measureLoop(seltzer::Context& sc, const Options& options) {
  const bench::Comparison loop = bench::compare(
      options.repeats, [&] { return iterate(sc, options, true); }, [&] { return iterate(sc, options, false); });
  const std::string title = fmt::format("{} iterations, a checkpoint every 10", options.iterations);
  bench::print(title, "without", loop, "1.05 and the I/O");
  const State state = startOf(sc, options);
  std::vector<double> saves;
  for (int i = 0; i <= options.repeats; ++i) {
    const std::string path = fmt::format("{}/state-{}", options.folder, i);
    saves.push_back(bench::secondsOf([&] { state.saveAsObjectFile(path); }));
    fs::remove_all(path);
  }
  const double io = bench::median(saves) * static_cast<double>(options.iterations / 10);
  fmt::print("of which {:.4g} s is the time of as many saveAsObjectFile: the rest is {:.3g} of the loop without\n", io,
             (loop.engine - io) / loop.other);
}

void benchmark(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  if (options.folder.empty()) {
    measureLevels(sc, options);
  } else {
    measureCheckpoints(sc, options);
    measureLoop(sc, options);
  }
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app(
      "Measures three RDDs at each storage level, or, with --checkpoints, what checkpoints cost beside "
      "saveAsObjectFile.");
  app.add_option("--bytes", options.bytes, "of an RDD")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--rounds", options.rounds, "how often each RDD is used")->capture_default_str();
  app.add_option("--iterations", options.iterations, "of the loop with checkpoints")->capture_default_str();
  app.add_option("--repeats", options.repeats, "of each comparison")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--checkpoints", options.folder, "folder for checkpoints, which all ranks see");
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
