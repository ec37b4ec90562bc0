// refused: sortByKey: the first argument says whether the order is ascending; give the number of partitions as the
// with: int
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x % 3, x); });
  pairs.sortByKey(8);  // refused here
}
