// refused: treeAggregate: what this function captured cannot travel to other ranks
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::string text = "text";
  sc.range(10).treeAggregate(
      std::size_t{0}, [text](std::size_t sum, std::int64_t) { return sum + text.size(); },
      [](std::size_t a, std::size_t b) { return a + b; });
}
