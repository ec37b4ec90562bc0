// refused: top: the elements, or their keys, cannot be ordered; give their type an operator<
// with: Place
#include <cstdint>

#include <seltzer/seltzer.hpp>

struct Place {
  std::int64_t row;
};

void use(seltzer::Context& sc) {
  sc.range(10).top(3, [](std::int64_t x) { return Place{x}; });  // refused here
}
