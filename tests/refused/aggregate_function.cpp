// refused: aggregate: the function must be callable as seq(result, element) and const
// with: long
#include <cstdint>
#include <functional>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto seq = [](int sum, const std::string& text) { return sum + static_cast<int>(text.size()); };
  sc.range(10).aggregate(0, seq, std::plus<>());  // refused here
}
