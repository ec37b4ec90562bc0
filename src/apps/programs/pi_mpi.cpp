/// Monte Carlo estimate of pi in plain MPI: the yardstick of the same program on RDDs.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <mpi.h>

#include "mpi_command_line.hpp"
#include "pi_loop.hpp"
#include "pi_sample.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::int64_t samples = 100'000'000;
  std::uint32_t seed = 42;
};

/// floor(part * whole / parts) without overflow.
std::int64_t share(std::int64_t whole, std::int64_t part, std::int64_t parts) {
  return whole / parts * part + whole % parts * part / parts;
}

/// **Collective.** Estimates pi and prints it on rank 0.
void estimate(const Options& options) {
  int rank = 0;
  int ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);

  MPI_Barrier(MPI_COMM_WORLD);
  const double start = MPI_Wtime();
  const std::int64_t mine =
      countInside(PiSample{options.seed}, share(options.samples, rank, ranks), share(options.samples, rank + 1, ranks));
  std::int64_t inside = 0;
  MPI_Reduce(&mine, &inside, 1, MPI_INT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  const double elapsed = MPI_Wtime() - start;
  double seconds = 0;
  MPI_Reduce(&elapsed, &seconds, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
  if (rank != 0) return;

  const double samples = static_cast<double>(options.samples);
  const double fraction = static_cast<double>(inside) / samples;
  const double pi = 4 * fraction;
  std::printf("pi is %.10f with a standard error of %.10f\n", pi, 4 * std::sqrt(fraction * (1 - fraction) / samples));
  std::printf("RESULT app=pi_mpi ranks=%d partitions=%d seconds=%.6f inside=%lld samples=%lld pi=%.10f\n", ranks, ranks,
              seconds, static_cast<long long>(inside), static_cast<long long>(options.samples), pi);
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Estimates pi from random points, in plain MPI.");
  std::string samples = std::to_string(options.samples);
  app.add_option("--samples", samples, "number of points, for example 1e9")->capture_default_str();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 4294967295")->capture_default_str();
  app.callback([&] { options.samples = wholeNumber("--samples", samples); });
  return program::parseOnAllRanks(app, "pi_mpi", argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  Options options;
  const std::optional<int> code = parse(argc, argv, options);
  if (!code) estimate(options);
  MPI_Finalize();
  return code.value_or(0);
}
