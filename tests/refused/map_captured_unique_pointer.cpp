// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: long
#include <cstdint>
#include <memory>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  auto offset = std::make_unique<std::int64_t>(1);
  sc.range(10).map([offset = std::move(offset)](std::int64_t x) { return x + *offset; });  // refused here
}
