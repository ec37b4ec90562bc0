// refused: prefixSum: the function must be callable as f(result, element)
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(const seltzer::RDD<std::int64_t>& numbers) {
  numbers.prefixSum(0, [](std::int64_t x) { return x; });  // refused here
}
