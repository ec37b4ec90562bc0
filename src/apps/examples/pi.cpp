/// pi by Monte Carlo: 4 times the share of random points of the unit square that lie inside the quarter circle.
/// Usage: pi [SAMPLES]
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

#include <seltzer/seltzer.hpp>

namespace {

constexpr std::int64_t block = 10'000;

/// How many points of a block are inside. The seed is the block's number, so the result is the same on any rank.
std::int64_t countInside(std::int64_t number) {
  std::mt19937_64 random(static_cast<std::uint64_t>(number));
  std::uniform_real_distribution<double> side;
  std::int64_t inside = 0;
  for (std::int64_t i = 0; i < block; ++i) {
    const double x = side(random);
    const double y = side(random);
    inside += x * x + y * y < 1 ? 1 : 0;
  }
  return inside;
}

}  // namespace

int main(int argc, char** argv) {
  return seltzer::run(argc, argv, [&](seltzer::Context& sc) {
    const double samples = argc > 1 ? std::strtod(argv[1], nullptr) : 1e6;
    const std::int64_t blocks = std::max<std::int64_t>(1, std::llround(samples / block));
    const auto inside = sc.range(blocks).map([](std::int64_t number) { return countInside(number); }).sum();
    std::cout << "pi is about " << 4.0 * static_cast<double>(inside) / static_cast<double>(blocks * block) << ".\n";
  });
}
