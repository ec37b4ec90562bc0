// refused: filter: the function must be callable as bool f(const element&) and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).filter([](std::int64_t x) { return std::to_string(x); });  // refused here
}
