// refused: reduce: what f returns does not fit without loss; map the elements to the wider type first
// with: float
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto numbers = sc.range(10).map([](std::int64_t x) { return static_cast<float>(x); });
  numbers.reduce([](float a, float b) { return 0.5 * (a + b); });  // refused here
}
