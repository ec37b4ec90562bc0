// refused: flatMapValues: the function must return a range of elements
// with: long
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  pairs.flatMapValues([](std::int64_t x) { return x; });  // refused here
}
