// refused: aggregate: what seq returns does not fit without loss; give the zero the wider type
// with: double
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto halves = sc.range(10).map([](std::int64_t x) { return static_cast<double>(x) / 2; });
  const auto seq = [](auto mean, double x) { return std::pair(mean.first + x, mean.second + 1); };
  const auto comb = [](auto a, auto b) { return std::pair(a.first + b.first, a.second + b.second); };
  halves.aggregate(std::pair(0, 0), seq, comb);  // refused here
}
