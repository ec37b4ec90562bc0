// refused: foreach: this function captured an RDD, which only the driver has; join the two RDDs, or collect the other
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto other = sc.range(10);
  sc.range(10).foreach ([other](std::int64_t) { other.count(); });  // refused here
}
