// refused: map: a function pointer or std::function cannot travel to other ranks; pass a lambda
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

std::int64_t increment(std::int64_t x) {
  return x + 1;
}

void use(seltzer::Context& sc) {
  sc.range(10).map(&increment);  // refused here
}
