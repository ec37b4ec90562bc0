// refused: zipPartitions: the function must return a range of elements
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  using Elements = seltzer::PartitionElements<std::int64_t>;
  sc.range(10).zipPartitions(sc.range(10), [](Elements&, Elements&) { return 1; });  // refused here
}
