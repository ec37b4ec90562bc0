// refused: parallelize: the elements cannot travel to other ranks; give their type a Boost.Serialization
// with: int
#include <cstdint>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.parallelize(std::vector<const int*>(3));  // refused here
}
