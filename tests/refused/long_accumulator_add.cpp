// refused: LongAccumulator::add: this number does not fit without loss; use a doubleAccumulator
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto sum = sc.longAccumulator();
  sc.range(10).foreach ([sum](std::int64_t x) { sum.add(0.5 * static_cast<double>(x)); });  // refused here
}
