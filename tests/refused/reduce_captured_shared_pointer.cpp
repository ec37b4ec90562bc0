// refused: reduce: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <memory>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto offset = std::make_shared<std::int64_t>(1);
  sc.range(10).reduce([offset](std::int64_t a, std::int64_t b) { return a + b + *offset; });  // refused here
}
