// refused: filter: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::vector<bool> wanted{true, false};
  sc.range(2).filter([wanted](std::int64_t x) { return wanted[static_cast<std::size_t>(x)]; });  // refused here
}
