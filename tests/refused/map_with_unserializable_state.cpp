// refused: map: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.range(10).map(seltzer::with(Plain(), [](const Plain& plain, std::int64_t) { return plain.text; }));
}
