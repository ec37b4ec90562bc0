// refused: map: this function captured an RDD, which only the driver has; join the two RDDs, or collect the other and
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  auto other = sc.range(10);
  std::string text;
  sc.range(10).map([other, text](std::int64_t x) { return x + other.count(); });  // refused here
}
