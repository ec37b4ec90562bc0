// refused: emit: this number does not fit the element type without loss
// lines: 25
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap<int>([](std::int64_t x, auto& emit) {
    emit(0.5 * static_cast<double>(x));  // refused here
  });
}
