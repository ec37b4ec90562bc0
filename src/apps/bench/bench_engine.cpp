#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <mpi.h>

#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/seltzer.hpp>

#include "bench_all_ranks.hpp"
#include "bench_compare.hpp"
#include "bench_pipeline_loop.hpp"
#include "pi_loop.hpp"
#include "pi_sample.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

/// Compares the engine with hand-written MPI in one process: each pair is measured in turn, several times, and the
/// median of the ratios is printed. The MPI side runs on all ranks, inside a job with one task per rank.
namespace {

using bench::compare;
using bench::Comparison;
using bench::onAllRanks;
using bench::print;
using bench::printMachine;
using bench::secondsOf;

struct Options {
  std::int64_t samples = 1'000'000'000;
  int repeats = 7;
};

/// The wall time of `loop()` on all ranks and an MPI_Reduce of the results: the hand-written program.
template <class Loop>
auto timedReduce(Loop loop) {
  return [loop] {
    int rank = 0;
    int ranks = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Barrier(MPI_COMM_WORLD);
    const double begin = MPI_Wtime();
    const std::int64_t mine = loop(rank, ranks);
    std::int64_t sum = 0;
    MPI_Reduce(&mine, &sum, 1, MPI_INT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    volatile std::int64_t kept = sum;
    static_cast<void>(kept);
    return MPI_Wtime() - begin;
  };
}

Comparison benchPi(seltzer::Context& sc, const Options& options) {
  const auto samples = options.samples;
  return compare(
      options.repeats, [&] { return secondsOf([&] { sc.generate(samples, PiSample{42}).sum(); }); },
      [&] {
        return onAllRanks(sc, timedReduce([samples](int rank, int ranks) {
                            return countInside(PiSample{42}, samples * rank / ranks, samples * (rank + 1) / ranks);
                          }));
      });
}

/// One partition, and so one rank, against one partition per rank.
Comparison benchSpeedUp(seltzer::Context& sc, const Options& options) {
  const auto job = [&](std::int64_t partitions) {
    return secondsOf([&] { sc.generate(options.samples, PiSample{42}, partitions).sum(); });
  };
  return compare(
      options.repeats, [&] { return job(1); }, [&] { return job(sc.ranks()); });
}

Comparison benchLatency(seltzer::Context& sc, const Options& options) {
  constexpr int actions = 5000;
  const auto rdd = sc.range(0, 1000, 1, sc.ranks()).cache();
  rdd.count();
  return compare(
      options.repeats,
      [&] {
        return secondsOf([&] {
                 for (int i = 0; i < actions; ++i) rdd.count();
               }) /
               actions;
      },
      [&] {
        return onAllRanks(sc, [] {
          constexpr int times = 20000;
          MPI_Barrier(MPI_COMM_WORLD);
          const double begin = MPI_Wtime();
          for (int i = 0; i < times; ++i) {
            std::int64_t mine = i;
            std::int64_t sum = 0;
            MPI_Allreduce(&mine, &sum, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
          }
          return (MPI_Wtime() - begin) / times;
        });
      });
}

template <class Keep>
Comparison benchPipeline(seltzer::Context& sc, const Options& options, Keep keep) {
  const auto count = options.samples;
  return compare(
      options.repeats,
      [&] { return secondsOf([&] { sc.range(count).map(pipeline::TriplePlusOne()).filter(keep).sum(); }); },
      [&] {
        return onAllRanks(sc, timedReduce([count, keep](int rank, int ranks) {
                            return pipeline::fusedSum(count * rank / ranks, count * (rank + 1) / ranks,
                                                      pipeline::TriplePlusOne(), keep);
                          }));
      });
}

/// The share of clock readings in a job of about 1 ms: their number times the cost of one, against the job.
Comparison benchTimers(seltzer::Context& sc, const Options& options) {
  auto& clock = seltzer::detail::phaseClock();
  const std::int64_t samples = 650'000 * sc.ranks();
  constexpr int readings = 1'000'000;
  return compare(
      options.repeats,
      [&] {
        const std::uint64_t before = clock.changes();
        sc.generate(samples, PiSample{42}).sum();
        const auto changes = static_cast<double>(clock.changes() - before);
        const double each = secondsOf([&] {
                              for (int i = 0; i < readings; ++i) clock.enter(seltzer::Phase::outside);
                            }) /
                            readings;
        return changes * each;
      },
      [&] { return secondsOf([&] { sc.generate(samples, PiSample{42}).sum(); }); });
}

Comparison benchDeserializeFunction(seltzer::Context& sc, const Options& options) {
  sc.generate(options.samples, PiSample{7}).sum();
  const auto pi = sc.stats().stages.back();
  const double mine = pi[seltzer::Phase::deserializeFunction].seconds.mean;
  const double execute = pi[seltzer::Phase::execute].seconds.mean;
  return {mine, execute, mine / execute};
}

void benchAll(seltzer::Context& sc, const Options& options) {
  printMachine(sc);
  fmt::print("{} ranks, {} elements, median of {}; ratio: the engine's time over the other's\n", sc.ranks(),
             options.samples, options.repeats);
  fmt::print("{:<44}{:<32}{:>14}{:>14}{:>9}  {}\n", "work", "against", "engine", "other", "ratio", "target");
  print("pi", "the same loop in MPI", benchPi(sc, options), "<= 1.02");
  print("pi: deserialize function", "pi: execute", benchDeserializeFunction(sc, options), "<= 0.0001");
  if (sc.ranks() > 1) {
    print("pi on 1 rank", fmt::format("pi on {} ranks", sc.ranks()), benchSpeedUp(sc, options),
          fmt::format(">= {:.2f}", 0.975 * sc.ranks()));
  }
  print("count of 1000 cached elements", "MPI_Allreduce of 8 bytes", benchLatency(sc, options), "<= 20, aim 10");
  print("range, map, filter even, sum", "a fused loop in MPI", benchPipeline(sc, options, pipeline::IsEven()), "<= 3");
  print("range, map, filter no multiple of 7, sum", "a fused loop in MPI",
        benchPipeline(sc, options, pipeline::IsNoMultipleOfSeven()), "<= 3");
  print("clock readings of a job of 1 ms", "the job", benchTimers(sc, options), "<= 0.01");
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    std::string samples = std::to_string(options.samples);
    CLI::App app("Measures the engine against hand-written MPI.");
    app.add_option("--samples", samples, "elements of the large jobs, for example 1e9")->capture_default_str();
    app.add_option("--repeats", options.repeats, "measurements of each pair")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.callback([&] { options.samples = wholeNumber("--samples", samples); });
    if (const auto code = program::parse(app, argc, argv)) return *code;
    const double seconds = secondsOf([&] { benchAll(sc, options); });
    program::printResult(sc, "bench_engine", static_cast<std::int64_t>(sc.defaultParallelism()), seconds,
                         fmt::format("samples={} repeats={}", options.samples, options.repeats));
    return seltzer::exitDone;
  });
}
