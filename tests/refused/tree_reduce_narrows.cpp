// refused: treeReduce: what f returns does not fit without loss; map the elements to the wider type first
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto numbers = sc.range(10).map([](std::int64_t x) { return static_cast<int>(x); });
  numbers.treeReduce([](std::int64_t a, std::int64_t b) { return a + b; });  // refused here
}
