// refused: broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`
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
  sc.broadcast(Plain());  // refused here
}
