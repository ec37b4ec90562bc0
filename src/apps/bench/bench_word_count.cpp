#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <seltzer/seltzer.hpp>

#include "bench_all_ranks.hpp"
#include "bench_compare.hpp"
#include "bench_word_count_mpi.hpp"
#include "program_frame.hpp"
#include "word_count.hpp"
#include "zipf_text.hpp"

/// Compares the word count on RDDs with a hand-written one, on the same ranks and the same file.
namespace {

struct Options {
  std::int64_t megabytes = 500;
  std::int64_t vocabulary = 1'000'000;
  int repeats = 5;
};

/// A file that the destructor removes.
class TemporaryText {
 public:
  explicit TemporaryText(const Options& options) {
    path_ = std::filesystem::temp_directory_path() / fmt::format("bench_word_count-{}.txt", ::getpid());
    try {
      zipf::writeText(path_, static_cast<std::uint64_t>(options.megabytes) * 1'000'000,
                      static_cast<std::size_t>(options.vocabulary));
    } catch (...) {
      remove();
      throw;
    }
  }
  ~TemporaryText() { remove(); }
  TemporaryText(const TemporaryText&) = delete;
  TemporaryText& operator=(const TemporaryText&) = delete;

  const std::string& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  std::string path_;
};

/// The result that both sides must agree on.
struct Summary {
  std::int64_t words = 0;
  std::int64_t distinct = 0;
  std::uint64_t checksum = 0;  // over words and counts; 0 if not requested

  void add(std::int64_t count) {
    words += count;
    ++distinct;
  }
  void addChecked(std::string_view head, std::string_view tail, std::int64_t count) {
    add(count);
    std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    for (const std::string_view part : {head, tail}) {
      for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    checksum += hash * static_cast<std::uint64_t>(count);
  }
  void merge(const Summary& other) {
    words += other.words;
    distinct += other.distinct;
    checksum += other.checksum;
  }
  friend bool operator==(const Summary&, const Summary&) = default;
};

Summary engineSummary(seltzer::Context& sc, const std::string& path, bool checked) {
  const std::int64_t partitions = sc.ranks();
  return countWords(sc.textFile(path, partitions), partitions)
      .aggregate(
          Summary(),
          [checked](Summary& summary, const WordCount& word) {
            checked ? summary.addChecked(word.first, {}, word.second) : summary.add(word.second);
          },
          [](Summary& summary, const Summary& other) { summary.merge(other); });
}

/// A run by hand.
struct HandRun {
  double seconds = 0;  // of the slowest rank
  Summary summary;     // without a merge, words are distinct per rank
};

/// **Collective.** Counts the words of this rank's share of a file, and merges the ranks' counts if `merge`.
HandRun countByHand(const std::string& path, bool merge, bool checked) {
  int rank = 0;
  int ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  const bench::RawFile file(path);
  const std::uint64_t size = file.size();
  bench::WordTable table =
      bench::countWordsOfRange(file, file.lineStart(size * rank / ranks), file.lineStart(size * (rank + 1) / ranks));
  if (merge && ranks > 1) table = bench::mergedByOwner(std::move(table), ranks);
  Summary mine;
  table.forEach([&](std::uint64_t, std::string_view head, std::string_view tail, std::int64_t count) {
    checked ? mine.addChecked(head, tail, count) : mine.add(count);
  });
  const std::array<std::uint64_t, 3> sent = {static_cast<std::uint64_t>(mine.words),
                                             static_cast<std::uint64_t>(mine.distinct), mine.checksum};
  std::array<std::uint64_t, 3> sum{};
  MPI_Reduce(sent.data(), sum.data(), 3, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  const double elapsed = MPI_Wtime() - begin;
  double seconds = 0;
  MPI_Reduce(&elapsed, &seconds, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
  return {seconds, {static_cast<std::int64_t>(sum[0]), static_cast<std::int64_t>(sum[1]), sum[2]}};
}

HandRun handRun(seltzer::Context& sc, const std::string& path, bool merge, bool checked) {
  const auto shared = sc.broadcast(path);
  return bench::onAllRanks(
      sc, [shared, merge, checked] { return countByHand(std::string(shared.value()), merge, checked); });
}

double megabytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

/// Throws std::runtime_error if the counts differ.
Summary agreedSummary(seltzer::Context& sc, const std::string& path) {
  const Summary engine = engineSummary(sc, path, true);
  const auto statistics = sc.stats();
  for (const auto& peak : statistics.memory) {
    if (peak.max() > 0) fmt::print("the engine's {}: at most {:.0f} MB a rank\n", peak.use, megabytes(peak.max()));
  }
  fmt::print("resident: at most {:.0f} MB a rank (target < 300) after the first count\n",
             megabytes(statistics.resident.max()));
  const Summary byHand = handRun(sc, path, true, true).summary;
  if (engine == byHand) return engine;
  throw std::runtime_error(fmt::format("the counts differ: {} words, {} distinct, checksum {:x}; by hand {}, {}, {:x}",
                                       engine.words, engine.distinct, engine.checksum, byHand.words, byHand.distinct,
                                       byHand.checksum));
}

Summary benchAll(seltzer::Context& sc, const Options& options) {
  bench::printMachine(sc);
  const TemporaryText text(options);
  const Summary summary = agreedSummary(sc, text.path());
  fmt::print("{} ranks, {} MB, {} words, {} distinct, median of {}; ratio: the engine's time over the other's\n",
             sc.ranks(), options.megabytes, summary.words, summary.distinct, options.repeats);
  fmt::print("{:<44}{:<32}{:>14}{:>14}{:>9}  {}\n", "work", "against", "engine", "other", "ratio", "target");
  const auto engine = [&] { return bench::secondsOf([&] { engineSummary(sc, text.path(), false); }); };
  const auto by = [&](bool merge) { return [&, merge] { return handRun(sc, text.path(), merge, false).seconds; }; };
  bench::print("word count", "by hand, with merge", bench::compare(options.repeats, engine, by(true)), "<= 1.2");
  bench::print("word count", "by hand, count only", bench::compare(options.repeats, engine, by(false)), "");
  std::cout << sc.stats() << std::flush;
  return summary;
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    CLI::App app(
        "Measures the word count against a hand-written one, on text that it generates in $TMPDIR or /tmp: words "
        "of 2 to 12 letters, as frequent as those of a natural language.");
    app.add_option("--megabytes", options.megabytes, "size of the text, in 1e6 bytes")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--vocabulary", options.vocabulary, "how many different words there may be")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    app.add_option("--repeats", options.repeats, "measurements of each pair")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    if (const auto code = program::parse(app, argc, argv)) return *code;
    Summary summary;
    const double seconds = bench::secondsOf([&] { summary = benchAll(sc, options); });
    program::printResult(
        sc, "bench_word_count", sc.ranks(), seconds,
        fmt::format("words={} distinct={} checksum={:x}", summary.words, summary.distinct, summary.checksum));
    return seltzer::exitDone;
  });
}
