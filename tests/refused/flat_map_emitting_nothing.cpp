// refused: flatMap: the function must return a range of elements, or be callable as f(element, emit)
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap<std::int64_t>([](std::int64_t x) { return x; });  // refused here
}
