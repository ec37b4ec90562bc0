// refused: map: a function pointer or std::function cannot travel to other ranks; pass a lambda
// with: Place
#include <cstdint>

#include <seltzer/seltzer.hpp>

struct Place {
  std::int64_t row;
  std::int64_t next() const { return row + 1; }
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return Place{x}; }).map(&Place::next);  // refused here
}
