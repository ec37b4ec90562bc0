// refused: mapPartitions: the function must return a range of elements
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).mapPartitions([](seltzer::PartitionElements<std::int64_t>&) { return 1; });
}
