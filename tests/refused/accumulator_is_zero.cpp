// refused: Accumulator::isZero: the values have no operator==; compare value()
// with: Plain
#include <cstdint>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::int64_t count;
  Plain& operator+=(const Plain& other) {
    count += other.count;
    return *this;
  }
};

bool use(seltzer::Context& sc) {
  return sc.accumulator(Plain{0}).isZero();  // refused here
}
