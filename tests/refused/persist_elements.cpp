// refused: persist: the elements cannot travel to other ranks; give their type a Boost.Serialization
#include <cstdint>
#include <string>

#include <seltzer/seltzer.hpp>

struct Plain {
  explicit Plain(std::string given) : text(given) {}
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return Plain(std::to_string(x)); }).cache().count();  // refused here
}
