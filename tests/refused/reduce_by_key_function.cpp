// refused: reduceByKey: the function must be callable as f(value, value) that returns one and const
// with: long
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  pairs.reduceByKey([](const std::string& x) { return x; });  // refused here
}
