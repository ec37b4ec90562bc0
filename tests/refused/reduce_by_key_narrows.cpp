// refused: reduceByKey: what f returns does not fit without loss; map the values to the wider type first
// with: long
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, 1); });
  pairs.reduceByKey([](int a, int b) { return a + 1.5 * b; });  // refused here
}
