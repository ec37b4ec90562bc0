// refused: combineByKey: the function must be callable as mergeValue(combiner, value) and const
// with: long
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, x); });
  const auto create = [](std::int64_t x) { return std::to_string(x); };
  pairs.combineByKey(create, std::plus<>(), std::plus<>());  // refused here
}
