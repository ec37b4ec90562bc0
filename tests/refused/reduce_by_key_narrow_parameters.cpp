// refused: reduceByKey: a parameter of the function is a narrower integer than the number that it is given
// with: long
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

std::int64_t use(seltzer::Context& sc) {
  const auto pairs = sc.range(4).map([](std::int64_t x) { return std::pair(x % 2, x << 40); });
  return pairs.reduceByKey([](int a, int b) { return a + b; }).count();  // refused here
}
