// refused: aggregate: what comb returns does not fit without loss; give the zero the wider type
// with: long
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto seq = [](int& a, std::int64_t b) { a += static_cast<int>(b); };
  sc.range(10).aggregate(0, seq, [](int a, int b) { return 0.5 * (a + b); });  // refused here
}
