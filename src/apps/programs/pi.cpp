#include <cmath>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "pi_sample.hpp"
#include "program_frame.hpp"
#include "whole_number.hpp"

namespace {

struct Options {
  std::int64_t samples = 100'000'000;
  std::uint32_t seed = 42;
  seltzer::PartitionCount partitions;  // none: as many as ranks
};

/// The number of samples inside the quarter circle.
std::uint64_t countInside(seltzer::Context& sc, const Options& options) {
  return sc.generate(options.samples, PiSample{options.seed}, options.partitions).sum();
}

void estimate(seltzer::Context& sc, const Options& options) {
  const program::Stopwatch watch;
  const std::uint64_t inside = countInside(sc, options);
  const double seconds = watch.seconds();

  const auto samples = static_cast<double>(options.samples);
  const double share = static_cast<double>(inside) / samples;
  const double pi = 4 * share;
  fmt::print("pi is {:.10f} with a standard error of {:.10f}; {:.4g} samples per second\n\n", pi,
             4 * std::sqrt(share * (1 - share) / samples), samples / seconds);
  std::cout << sc.stats() << std::flush;
  const auto partitions = program::partitionsOf(sc, options.partitions);
  program::printResult(sc, "pi", partitions, seconds,
                       fmt::format("inside={} samples={} pi={:.10f}", inside, options.samples, pi));
}

std::optional<int> parse(int argc, char** argv, Options& options) {
  CLI::App app("Estimates pi from random points: four times the share of them that lies inside the quarter circle.");
  std::string samples = std::to_string(options.samples);
  app.add_option("--samples", samples, "number of points, for example 1e9")->capture_default_str();
  app.add_option("--seed", options.seed, "key of the random numbers, 0 to 4294967295")->capture_default_str();
  program::addPartitions(app, options.partitions);
  app.footer("--seltzer-help lists the options of the engine.");
  app.callback([&] { options.samples = wholeNumber("--samples", samples); });
  return program::parse(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) -> int {
    Options options;
    if (const auto code = parse(argc, argv, options)) return *code;
    estimate(sc, options);
    return seltzer::exitDone;
  });
}
