// refused: flatMap: the function must be callable as f(element) that returns a range
// with: long
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap([](std::int64_t x, std::int64_t y) { return std::vector{x, y}; });  // refused here
}
