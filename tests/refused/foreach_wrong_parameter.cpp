// refused: foreach: the function must be callable as f(element) and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.range(10).foreach ([](const std::string&) {});  // refused here
}
