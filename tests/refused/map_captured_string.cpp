// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::string prefix = "item ";
  sc.range(10).map([prefix](std::int64_t x) { return prefix + std::to_string(x); });  // refused here
}
