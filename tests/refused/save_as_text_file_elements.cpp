// refused: saveAsTextFile: the elements cannot be written as text; give their type an operator<<
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
  sc.range(10).map([](std::int64_t x) { return Plain{std::to_string(x)}; }).saveAsTextFile("plain");  // refused here
}
