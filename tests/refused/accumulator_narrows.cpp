// refused: accumulator: what merge returns does not fit without loss; give the zero the wider type
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.accumulator(0, "mean", [](int a, int b) { return 0.5 * (a + b); });  // refused here
}
