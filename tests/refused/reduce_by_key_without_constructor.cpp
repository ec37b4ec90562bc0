// refused: reduceByKey: keys or values cannot travel to other ranks; give their type a Boost.Serialization `serialize`
// with: Place
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Place {
  explicit Place(std::string text) : name(std::move(text)) {}
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
  }
  std::string name;
};

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(x, Place(std::to_string(x))); });
  pairs.reduceByKey([](const Place& a, const Place&) { return a; });  // refused here
}
