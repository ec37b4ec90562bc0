// refused: operator+: the RDDs have elements of different types; map one of them first
// with: int
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto numbers = sc.range(10).map([](std::int64_t x) { return static_cast<int>(x); });
  (sc.range(10) + numbers).count();  // refused here
}
