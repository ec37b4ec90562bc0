// refused: map: the function must return the new element; use foreach for its effect alone
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t) {});  // refused here
}
