// refused: broadcast: an RDD is not its elements; broadcast what collect() gives
// with: RDD<long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.broadcast(sc.range(10));  // refused here
}
