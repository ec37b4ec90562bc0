/// Monte Carlo estimate of pi in plain MPI: what the same program on RDDs is measured against.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <mpi.h>

#include "pi_sample.hpp"

namespace {

struct Options {
  std::int64_t samples = 100'000'000;
  std::uint32_t seed = 1;
};

/// How many of the samples [begin, end) lie inside the circle. The verdicts go through an array of bytes, which g++ 12
/// vectorizes as well as the bare loop or better.
std::int64_t countInside(PiSample inside, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kBlock = 1024;
  std::array<std::uint8_t, kBlock> verdicts;
  std::int64_t count = 0;
  while (begin < end) {
    const std::int64_t size = std::min(kBlock, end - begin);
    for (std::int64_t j = 0; j < size; ++j) verdicts[j] = inside(begin + j);
    std::uint32_t countInBlock = 0;
    for (std::int64_t j = 0; j < size; ++j) countInBlock += verdicts[j];
    count += countInBlock;
    begin += size;
  }
  return count;
}

/// floor(part * whole / parts) without overflow.
std::int64_t share(std::int64_t whole, std::int64_t part, std::int64_t parts) {
  return whole / parts * part + whole % parts * part / parts;
}

/// Estimates pi on all ranks together and prints it on rank 0. **Collective.**
void estimate(const Options& options) {
  int rank = 0;
  int ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);

  MPI_Barrier(MPI_COMM_WORLD);
  const double start = MPI_Wtime();
  const std::int64_t mine =
      countInside({options.seed}, share(options.samples, rank, ranks), share(options.samples, rank + 1, ranks));
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

/// A whole number from 1 to 2^63 - 1; `1e9` and `2.5e3` are whole numbers too. Throws CLI::ValidationError.
std::int64_t wholeNumber(const std::string& text) {
  std::size_t used = 0;
  long double number = 0;
  try {
    number = std::stold(text, &used);
  } catch (const std::logic_error&) {
    used = 0;
  }
  const bool whole =
      used == text.size() && used != 0 && number >= 1 && number < 0x1p63L && std::floor(number) == number;
  if (!whole)
    throw CLI::ValidationError("--samples",
                               "must be a whole number of at least 1, such as 1000 or 1e9, not '" + text + "'");
  return static_cast<std::int64_t>(number);
}

/// What to exit with: -1 to go on. `speaks` says whether this rank prints help and messages.
int parse(int argc, char** argv, bool speaks, Options& options) {
  CLI::App app("Estimates pi from random points, in plain MPI.");
  std::string samples = std::to_string(options.samples);
  app.add_option("--samples", samples, "number of points, for example 1e9")->capture_default_str();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 4294967295")->capture_default_str();
  try {
    app.parse(argc, argv);
    options.samples = wholeNumber(samples);
    return -1;
  } catch (const CLI::CallForHelp&) {
    if (speaks) std::printf("%s", app.help().c_str());
    return 0;
  } catch (const CLI::Error& error) {
    if (speaks) std::fprintf(stderr, "pi_mpi: %s\nRun pi_mpi --help for the options.\n", error.what());
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  Options options;
  const int code = parse(argc, argv, rank == 0, options);
  if (code < 0) estimate(options);
  MPI_Finalize();
  return std::max(code, 0);
}
