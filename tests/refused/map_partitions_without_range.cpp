// refused: mapPartitions: the function must return a range of elements
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).mapPartitions([](seltzer::PartitionElements<std::int64_t>&) { return 1; });  // refused here
}
