// refused: join: the RDDs must be of pairs whose keys are of the same type
// with: long
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto numbers = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  const auto names = sc.range(10).map([](std::int64_t x) { return std::pair(std::to_string(x), x); });
  numbers.join(names);  // refused here
}
