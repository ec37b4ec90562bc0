#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <seltzer/seltzer.hpp>

#include "bench_pipeline_loop.hpp"
#include "draw.hpp"
#include "pi_loop.hpp"
#include "row.hpp"

namespace peers {
namespace {

constexpr int sums = 10;

Measured pipeline(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    return std::to_string(sc.range(setup.of(1e9))
                              .map([](std::int64_t x) { return 3 * x + 1; })
                              .filter([](std::int64_t x) { return x % 7 != 0; })
                              .map([](std::int64_t x) { return x - 2; })
                              .sum());
  });
}

Measured pipelineByHand(const Setup& setup) {
  return timed([&] {
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < setup.of(1e9); ++i) {
      const std::int64_t x = 3 * i + 1;
      sum += (x - 2) & -static_cast<std::int64_t>(x % 7 != 0);  // faster than a conditional
    }
    return std::to_string(sum);
  });
}

/// The estimate; the others have random numbers of their own, so it is compared within its standard error.
std::string piOf(std::int64_t inside, std::int64_t samples) {
  return fmt::format("{:.9f}", 4.0 * static_cast<double>(inside) / static_cast<double>(samples));
}

Measured piByFilter(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const std::int64_t samples = setup.of(1e9);
    return piOf(sc.range(samples).filter(PiSample{42}).count(), samples);
  });
}

Measured piBySum(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const std::int64_t samples = setup.of(1e9);
    return piOf(static_cast<std::int64_t>(sc.range(samples).map(PiSample{42}).sum()), samples);
  });
}

Measured piByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t samples = setup.of(1e9);
    return piOf(countInside(PiSample{42}, 0, samples), samples);
  });
}

/// Elements of each side.
std::int64_t sideOf(const Setup& setup) {
  return std::llround(1e4 * std::sqrt(setup.scale));
}

Measured cartesian(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const auto side = sc.range(sideOf(setup));
    return std::to_string(
        side.cartesian(side).filter([](const auto& pair) { return (pair.first + pair.second) % 7 == 0; }).count());
  });
}

Measured cartesianByHand(const Setup& setup) {
  return timed([&] {
    const std::int64_t side = sideOf(setup);
    std::int64_t count = 0;
    for (std::int64_t x = 0; x < side; ++x) {
      for (std::int64_t y = 0; y < side; ++y) count += (x + y) % 7 == 0;
    }
    return std::to_string(count);
  });
}

Measured cachedSums(seltzer::Context& sc, const Setup& setup) {
  return timed([&] {
    const auto numbers = sc.range(setup.of(1e8)).cache();
    std::int64_t total = 0;
    for (int i = 0; i < sums; ++i) total += numbers.sum();
    return std::to_string(total);
  });
}

Measured cachedSumsByHand(const Setup& setup) {
  return timed([&] {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(setup.of(1e8)));
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    std::int64_t total = 0;
    for (int i = 0; i < sums; ++i) {
      total += std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
      asm volatile("" : : "r"(numbers.data()) : "memory");  // each sum reads the numbers
    }
    return std::to_string(total);
  });
}

std::string collectedCheck(const std::vector<std::int64_t>& numbers) {
  return fmt::format("{}/{}", numbers.size(), std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0}));
}

Measured collect(seltzer::Context& sc, const Setup& setup) {
  const program::Stopwatch watch;
  const auto numbers = sc.range(setup.of(1e7)).map([](std::int64_t x) { return 3 * x + 1; }).collect();
  const double seconds = watch.seconds();
  return {seconds, collectedCheck(numbers)};
}

Measured collectByHand(const Setup& setup) {
  const program::Stopwatch watch;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < setup.of(1e7); ++i) numbers.push_back(3 * i + 1);
  const double seconds = watch.seconds();
  return {seconds, collectedCheck(numbers)};
}

}  // namespace

std::vector<Row> numberRows() {
  return {
      {"pipeline", pipeline, pipelineByHand},
      {"pi_by_filter", piByFilter, piByHand},
      {"pi_by_sum", piBySum, piByHand},
      {"cartesian", cartesian, cartesianByHand},
      {"cache_sums", cachedSums, cachedSumsByHand},
      {"collect", collect, collectByHand},
  };
}

}  // namespace peers
