// refused: treeAggregate: what this function captured cannot travel to other ranks
// with: long
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::string text = "text";
  const auto seq = [text](std::size_t sum, std::int64_t) { return sum + text.size(); };
  sc.range(10).treeAggregate(std::size_t{0}, seq, [](std::size_t a, std::size_t b) { return a + b; });  // refused here
}
