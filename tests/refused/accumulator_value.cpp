// refused: accumulator: the value cannot travel to the driver; give its type a Boost.Serialization `serialize`
// with: Plain
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Plain {
  Plain() = default;
  explicit Plain(std::string given) : text(std::move(given)) {}

  std::string text;
  Plain& operator+=(const Plain& other) {
    text += other.text;
    return *this;
  }
};

void use(seltzer::Context& sc) {
  sc.accumulator(Plain());  // refused here
}
