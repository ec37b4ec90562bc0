// refused: map: the function must be callable as f(element) and const
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  std::int64_t count = 0;
  sc.range(10).map([count](std::int64_t x) mutable { return x + ++count; });  // refused here
}
