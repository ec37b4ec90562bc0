// refused: filter: the function must be callable as bool f(const element&) and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).filter([](const std::string& text) { return text.empty(); });  // refused here
}
