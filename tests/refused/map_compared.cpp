// refused: map: a function pointer or std::function cannot travel to other ranks
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

std::int64_t twice(std::int64_t x) {
  return 2 * x;
}

bool isRight(seltzer::Context& sc, const std::vector<std::int64_t>& expected) {
  const auto doubled = sc.range(4).map(&twice);  // refused here
  return doubled.collect() == expected && expected != doubled.collect() && doubled.max() < 7 && 6.0 >= doubled.sum() &&
         doubled.first() > doubled.min();
}
