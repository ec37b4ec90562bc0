// refused: map: what this function captured cannot travel
#include <cstdint>
#include <typeindex>
#include <typeinfo>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const auto same = [](std::type_index, std::int64_t x) { return x; };
  sc.range(10).map(seltzer::with(std::type_index(typeid(int)), same));  // refused here
}
