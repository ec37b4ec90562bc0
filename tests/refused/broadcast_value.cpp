// refused: broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.broadcast(Plain());
}
