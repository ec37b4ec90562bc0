// refused: foldByKey: this zero does not fit the values without loss; map them to the wider type first
// with: int
#include <cstdint>
#include <functional>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, static_cast<int>(x)); });
  pairs.foldByKey(0.5, std::plus<>());  // refused here
}
