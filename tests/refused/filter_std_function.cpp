// refused: filter: a function pointer or std::function cannot travel to other ranks; pass a lambda
// with: long
#include <cstdint>
#include <functional>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::function<bool(std::int64_t)> even = [](std::int64_t x) { return x % 2 == 0; };
  sc.range(10).filter(even);  // refused here
}
