// refused: generate: the function must be callable as f(index) and const
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.generate(10, [] { return 1; });  // refused here
}
