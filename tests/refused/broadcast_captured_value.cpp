// refused: broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`
#include <cstdint>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.broadcast(sc.range(10));
}
