// refused: parallelize: the elements cannot travel to other ranks; give their type a Boost.Serialization
// with: Plain
#include <cstdint>
#include <string>
#include <vector>

#include <seltzer/seltzer.hpp>

struct Plain {
  Plain() {}
  std::string text;
};

void use(seltzer::Context& sc) {
  sc.parallelize(std::vector<Plain>(3));  // refused here
}
