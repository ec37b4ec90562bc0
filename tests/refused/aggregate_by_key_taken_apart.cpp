// refused: aggregateByKey: what seq returns does not fit without loss; give the zero the wider type
// with: long
#include <cstdint>
#include <functional>
#include <iostream>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, 0.5); });
  const auto sums = pairs.aggregateByKey(0, std::plus<>(), std::plus<>());  // refused here
  for (const auto& [key, sum] : sums.collect()) std::cout << key << ' ' << sum << '\n';
}
