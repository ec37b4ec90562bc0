// refused: aggregateByKey: the function must be callable as seq(result, value) and const
// with: long
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  pairs.aggregateByKey(std::string(), std::plus<>(), std::plus<>());  // refused here
}
