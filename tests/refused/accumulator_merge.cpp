// refused: accumulator: the function must be callable as merge(into, from) and const
// with: basic_string
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.accumulator(std::string(), "texts", [](std::string&) {});  // refused here
}
