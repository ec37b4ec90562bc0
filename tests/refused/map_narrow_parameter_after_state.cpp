// refused: map: a parameter of the function is a narrower integer than the number that it is given
// with: double
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

std::int64_t use(seltzer::Context& sc) {
  const auto halves = sc.range(4).map([](std::int64_t x) { return 0.5 * static_cast<double>(x); });
  const auto add = [](const std::string& text, int x) { return x + static_cast<int>(text.size()); };
  return halves.map(seltzer::with(std::string("x"), add)).count();  // refused here
}
