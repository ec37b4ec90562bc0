// refused: flatMap: a parameter of the function is a narrower integer than the number that it is given
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

std::int64_t use(seltzer::Context& sc) {
  const auto pairs = sc.range(4).map([](std::int64_t x) { return std::pair(x % 2, x << 40); });
  const auto emitSecond = [](const std::pair<int, int>& x, seltzer::Emit<int>& emit) { emit(x.second); };
  return pairs.flatMap<int>(emitSecond).count();  // refused here
}
