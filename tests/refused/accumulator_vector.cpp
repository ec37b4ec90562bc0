// refused: accumulator: the values have no operator+=; pass a function merge(into, from) after the name
// with: std::vector<int
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.accumulator(std::vector<int>());  // refused here
}
