// refused: a by-key operation: keys, values or combiners cannot travel to other ranks; give their types a
// Boost.Serialization
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.range(10)
      .map([](std::int64_t x) { return std::pair(x, Plain{std::to_string(x)}); })
      .reduceByKey([](const Plain& a, const Plain&) { return a; });
}
