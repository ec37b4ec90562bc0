// refused: mapValues: the function must be callable as f(value) and const
// with: long
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  pairs.mapValues([](const std::pair<int, int>& pair) { return pair; });  // refused here
}
