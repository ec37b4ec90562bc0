// refused: IndexPartitioner: the keys must be of an integer type
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(std::to_string(x), x); });
  pairs.partitionBy(seltzer::IndexPartitioner(10, 3));  // refused here
}
