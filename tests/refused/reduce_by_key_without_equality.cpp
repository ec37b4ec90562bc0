// refused: reduceByKey: a key needs an operator==: give one to its type
// with: Place
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Place {
  Place() = default;
  explicit Place(std::string given) : name(std::move(given)) {}

  std::string name;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
  }
};

template <>
struct seltzer::Hash<Place> {
  std::uint64_t operator()(const Place& place) const { return seltzer::Hash<std::string>()(place.name); }
};

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(Place{std::to_string(x)}, x); });
  pairs.reduceByKey(std::plus<>(), 4);  // refused here
}
