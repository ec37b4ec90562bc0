// refused: emit: the argument is not an element of this operation's result and does not convert to one
// lines: 32
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap<int>([](std::int64_t x, auto& emit) {
    emit(std::to_string(x));  // refused here
  });
}
