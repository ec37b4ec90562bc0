// refused: reduce: the function must be callable as f(element, element) that returns one and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).reduce([](const std::string& a, const std::string& b) { return a + b; });  // refused here
}
