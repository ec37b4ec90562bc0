// refused: a by-key operation: the pairs cannot travel to other ranks; give the types of key and value a
// Boost.Serialization
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return std::pair(x, Plain{std::to_string(x)}); }).partitionBy(2);
}
