// refused: map: the function must be callable as f(element) and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).map([](const std::string& text) { return text.size(); });  // refused here
}
