// refused: saveAsNpyFile: no array has such elements; map them to bool, integers, float, double or std::complex
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](auto x) { return std::to_string(x); }).saveAsNpyFile("names.npy");  // refused here
}
