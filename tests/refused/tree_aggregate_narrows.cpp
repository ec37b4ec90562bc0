// refused: treeAggregate: what seq returns does not fit without loss; give the zero the wider type
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto seq = [](int a, std::int64_t b) { return a + b; };
  const auto comb = [](int a, int b) { return a + b; };
  sc.range(10).treeAggregate(0, seq, comb);  // refused here
}
