// refused: flatMap: the function must be callable as f(element) that returns a range
// with: long
#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).flatMap([](const std::string& text) { return std::vector{text, text}; });  // refused here
}
