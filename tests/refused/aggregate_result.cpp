// refused: aggregate: the result cannot travel; give its type a Boost.Serialization `serialize`
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
  const auto seq = [](Plain& result, std::int64_t x) { result.text += std::to_string(x); };
  const auto comb = [](Plain& result, const Plain& other) { result.text += other.text; };
  sc.range(10).aggregate(Plain(), seq, comb);  // refused here
}
