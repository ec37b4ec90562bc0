// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  std::vector<std::int64_t> table(10);
  sc.range(10).map([table](std::int64_t x) { return table[static_cast<std::size_t>(x)]; });  // refused here
}
