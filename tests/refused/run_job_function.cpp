// refused: runJob: the function must be callable as f(index, elements) and const
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.runJob(sc.range(10), [](std::int64_t x) { return x; });  // refused here
}
