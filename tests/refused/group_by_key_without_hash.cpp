// refused: groupByKey: a key needs a hash: specialize seltzer::Hash or std::hash for its type
// with: Place
#include <cstdint>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Place {
  std::int32_t row;
  bool operator==(const Place& other) const { return row == other.row; }
};

void use(seltzer::Context& sc) {
  const auto pairs = sc.range(10).map([](std::int64_t x) { return std::pair(Place{static_cast<std::int32_t>(x)}, x); });
  pairs.groupByKey(2);  // refused here
}
