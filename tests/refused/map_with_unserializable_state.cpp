// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
// with: Plain
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Plain {
  Plain() = default;
  explicit Plain(std::string given) : text(std::move(given)) {}

  std::string text;
};

void use(seltzer::Context& sc) {
  const auto text = [](const Plain& plain, std::int64_t) { return plain.text; };
  sc.range(10).map(seltzer::with(Plain(), text));  // refused here
}
