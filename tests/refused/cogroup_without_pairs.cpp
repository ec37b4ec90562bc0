// refused: cogroup: the RDDs must be of pairs whose keys are of the same type
// with: long
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return std::pair(x, x); }).cogroup(sc.range(10));  // refused here
}
