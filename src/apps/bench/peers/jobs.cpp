#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/seltzer.hpp>

#include "draw.hpp"
#include "row.hpp"

namespace peers {
namespace {

/// The time of one job.
Measured smallCounts(seltzer::Context& sc, const Setup& setup) {
  const std::int64_t jobs = setup.of(1e4);
  const auto numbers = sc.range(1000).cache();
  numbers.count();
  std::int64_t sum = 0;
  Measured measured = timed([&] {
    for (std::int64_t job = 0; job < jobs; ++job) sum += numbers.count();
    return std::to_string(sum / jobs);
  });
  measured.seconds /= static_cast<double>(jobs);
  return measured;
}

Measured eightPartitions(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    std::int64_t sum = 0;
    for (std::int64_t job = 0; job < setup.of(1000); ++job) {
      sum += sc.range(0, 1000, 1, 8).map([job](std::int64_t x) { return x + job; }).sum();
    }
    return std::to_string(sum);
  });
}

Measured manyPartitions(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    return std::to_string(sc.range(0, 1'000'000, 1, setup.of(1e4)).map([](std::int64_t x) { return 3 * x + 1; }).sum());
  });
}

Measured manyBlocks(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    constexpr std::int64_t partitions = 1000;
    const std::int64_t keys = setup.of(1e6);
    const auto pairs = sc.generate(
        setup.of(1e7), [keys](std::int64_t i) { return Pair(keyAt(i, keys), i); }, partitions);
    return sumsByKey(pairs);  // in as many partitions
  });
}

/// results/compare measures the whole process.
Measured nothing(seltzer::Context&, const Setup&) {
  return {0, "0"};
}

}  // namespace

std::vector<Row> jobRows() {
  return {
      {"small_counts", smallCounts},
      {"eight_partitions", eightPartitions},
      {"many_partitions", manyPartitions},
      {"many_blocks", manyBlocks},
      {"nothing", nothing},
  };
}

}  // namespace peers
