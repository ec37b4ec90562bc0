// refused: reduceByKey: keys or values cannot travel to other ranks; give their type a Boost.Serialization `serialize`
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
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, Plain{std::to_string(x)}); });
  pairs.reduceByKey([](const Plain& a, const Plain&) { return a; });  // refused here
}
