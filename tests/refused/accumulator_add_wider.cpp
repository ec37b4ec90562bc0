// refused: Accumulator::operator+=: this number does not fit the accumulator's type without loss; give accumulator() a
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto sum = sc.accumulator(0);
  sc.range(10).foreach ([sum](std::int64_t x) { sum += x; });  // refused here
}
