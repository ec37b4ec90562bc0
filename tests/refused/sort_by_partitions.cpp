// refused: sortBy: the second argument says whether the order is ascending; give the number of partitions as the third
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).sortBy([](std::int64_t x) { return -x; }, 4);  // refused here
}
