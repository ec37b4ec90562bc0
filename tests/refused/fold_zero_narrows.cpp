// refused: fold: this zero does not fit the elements without loss; map them to the wider type first
// with: int
#include <cstdint>
#include <functional>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto numbers = sc.range(10).map([](std::int64_t x) { return static_cast<int>(x); });
  numbers.fold(0.5, std::plus<>());  // refused here
}
