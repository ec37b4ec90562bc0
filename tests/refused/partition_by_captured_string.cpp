// refused: partitioner: what this partitioner holds cannot travel to other ranks; give it a Boost
// with: Named
#include <cstdint>
#include <string>
#include <utility>

#include <seltzer/seltzer.hpp>

struct Named {
  Named() = default;
  explicit Named(std::string given) : name(std::move(given)) {}

  std::string name;
  int numPartitions() const { return 2; }
  int getPartition(std::int64_t key) const { return static_cast<int>(key % 2); }
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t x) { return std::pair(x, x); }).partitionBy(Named{"two"});  // refused here
}
