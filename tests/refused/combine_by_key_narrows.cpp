// refused: combineByKey: what mergeValue returns does not fit without loss; let create return the wider type
// with: long
#include <cstdint>
#include <functional>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, 0.5); });
  const auto create = [](double) { return 0; };
  pairs.combineByKey(create, std::plus<>(), std::plus<>());  // refused here
}
