// refused: reduceByKey: the elements must be pairs; map them to std::pair(key, value), or keyBy(f)
// with: long
#include <cstdint>
#include <functional>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).reduceByKey(std::plus<>());  // refused here
}
