// refused: distinct: a key needs a hash: specialize seltzer::Hash or std::hash for its type
// with: Place
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Place {
  Place() = default;
  explicit Place(std::string given) : name(std::move(given)) {}

  std::string name;
  bool operator==(const Place&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
  }
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return std::pair(Place{std::to_string(x)}, x); }).distinct();  // refused here
}
