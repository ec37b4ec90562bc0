// refused: sum: the elements must be numbers; map them to numbers
// with: basic_string
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return std::to_string(x); }).sum();  // refused here
}
