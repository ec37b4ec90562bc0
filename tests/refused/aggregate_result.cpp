// refused: aggregate: the result cannot travel; give its type a Boost.Serialization `serialize`
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.range(10).aggregate(
      Plain(), [](Plain& result, std::int64_t x) { result.text += std::to_string(x); },
      [](Plain& result, const Plain& other) { result.text += other.text; });
}
