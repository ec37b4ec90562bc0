// refused: reduceByKey
#include <cstdint>
#include <functional>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).reduceByKey(std::plus<>());
}
