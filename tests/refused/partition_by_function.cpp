// refused: partitionBy: the function must be callable as f(const key&) that returns an integer
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  pairs.partitionBy(3, [](double key) { return key / 2; });  // refused here
}
