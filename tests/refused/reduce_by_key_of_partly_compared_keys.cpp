// refused: reduceByKey: a key needs a hash: specialize seltzer::Hash or std::hash for its type
#include <cstdint>
#include <functional>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Place {
  std::int32_t row;
  std::int32_t remark;
  constexpr bool operator==(const Place& other) const { return row == other.row; }
};

void use(seltzer::Context& sc) {
  sc.range(10)
      .map([](std::int64_t x) {
        return std::pair(Place{static_cast<std::int32_t>(x), 0}, x);
      })
      .reduceByKey(std::plus<>(), 2);  // refused here
}
