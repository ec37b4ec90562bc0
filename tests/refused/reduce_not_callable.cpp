// refused: reduce: the function must be callable as f(element, element) that returns one and const
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).reduce([](std::int64_t x) { return x; });  // refused here
}
