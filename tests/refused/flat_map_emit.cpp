// refused: flatMap: the function must be callable as f(element, emit) and const
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  using Emit = seltzer::Emit<std::string>;
  sc.range(10).flatMap<std::string>([](const std::string& text, Emit& emit) { emit(text); });  // refused here
}
