#include <cmath>
#include <cstdint>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "pi_sample.hpp"

namespace {

struct Arguments {
  double samples = 1e8;
  std::uint32_t seed = 42;
  std::int64_t partitions = 0;  // 0: as many as ranks
};

/// How many of the samples lie inside the quarter circle.
std::uint64_t countInside(seltzer::Context& sc, std::int64_t samples, std::uint32_t seed, std::int64_t partitions) {
  return sc.generate(samples, PiSample{seed}, partitions).sum();
}

int report(seltzer::Context& sc, const Arguments& arguments) {
  const auto samples = static_cast<std::int64_t>(arguments.samples);
  const std::int64_t partitions = arguments.partitions > 0 ? arguments.partitions
                                                           : static_cast<std::int64_t>(sc.defaultParallelism());
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t inside = countInside(sc, samples, arguments.seed, partitions);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  const double share = static_cast<double>(inside) / arguments.samples;
  const double estimate = 4 * share;
  const double error = 4 * std::sqrt(share * (1 - share) / arguments.samples);
  fmt::print("pi is about {:.10f}, standard error {:.10f}; {:.4g} samples per second\n\n", estimate, error,
             arguments.samples / seconds);
  std::cout << sc.stats() << std::flush;
  fmt::print("RESULT app=pi ranks={} partitions={} seconds={:.6f} inside={} samples={} pi={:.10f}\n", sc.ranks(), partitions,
             seconds, inside, samples, estimate);
  return seltzer::exitDone;
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    Arguments arguments;
    CLI::App app("Estimates pi by Monte Carlo: which share of random points of the unit square lies inside the quarter circle");
    app.add_option("--samples", arguments.samples, "Number of points, at most 9e15")
        ->check(CLI::Range(1.0, 9e15))
        ->capture_default_str();
    app.add_option("--seed", arguments.seed, "Seed of the random generator, 32 bits")->capture_default_str();
    app.add_option("--partitions", arguments.partitions, "Number of partitions; by default the number of ranks")
        ->check(CLI::PositiveNumber);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? int{seltzer::exitDone} : int{seltzer::exitUsage};
    }
    return report(sc, arguments);
  });
}
