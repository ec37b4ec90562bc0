// refused: Accumulator::add: this number does not fit the accumulator's type without loss; give accumulator() a zero of
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto sum = sc.accumulator(0);
  sc.range(10).foreach ([sum](std::int64_t x) { sum.add(0.5 * static_cast<double>(x)); });  // refused here
}
