// refused: aggregateByKey: the function must be callable as seq(result, value) and const
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10)
      .map([](std::int64_t x) { return std::pair(x, x); })
      .aggregateByKey(std::string(), std::plus<>(), std::plus<>());
}
