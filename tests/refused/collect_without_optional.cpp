// refused: collect: the function must return a std::optional, nullopt to drop the element
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).collect([](std::int64_t x) { return x; });  // refused here
}
