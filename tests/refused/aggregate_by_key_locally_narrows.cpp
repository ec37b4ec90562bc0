// refused: aggregateByKeyLocally: what seq returns does not fit without loss; give the zero the wider type
// with: long
#include <cstdint>
#include <functional>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, 0.5); });
  pairs.aggregateByKeyLocally(0, std::plus<>(), std::plus<>());  // refused here
}
