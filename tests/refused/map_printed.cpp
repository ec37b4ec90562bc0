// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <iostream>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::vector<double> weights(10);
  const auto weighted =
      sc.range(10).map([weights](std::int64_t i) { return weights[static_cast<std::size_t>(i)]; });  // refused here
  std::cout << "sum " << weighted.sum() << ", more than half " << 0.5 * weighted.sum() + 1 << '\n';
}
