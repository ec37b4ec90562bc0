// refused: foreach: what this function captured cannot travel to other ranks; pass it with seltzer::with(state, f)
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto other = sc.range(10);
  sc.range(10).foreach ([other](std::int64_t) { other.count(); });
}
