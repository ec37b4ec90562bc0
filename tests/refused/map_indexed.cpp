// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

std::int64_t use(seltzer::Context& sc) {
  const std::vector<std::int64_t> table(10);
  const auto found =
      sc.range(10).map([table](std::int64_t x) { return table[static_cast<std::size_t>(x)]; });  // refused here
  return found.collect()[0] + found.take(2).at(1) + static_cast<std::int64_t>(found.collect().size());
}
