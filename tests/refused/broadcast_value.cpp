// refused: broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`
// with: Plain
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

struct Plain {
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.broadcast(Plain());  // refused here
}
