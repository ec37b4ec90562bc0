// refused: aggregate: what seq returns does not fit without loss; give the zero the wider type, or convert it with
// with: double
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto halves = sc.range(10).map([](std::int64_t x) { return static_cast<double>(x) / 2; });
  const auto seq = [](int a, double b) { return a + b; };
  const auto comb = [](int a, int b) { return a + b; };
  halves.aggregate(0, seq, comb);  // refused here
}
