// refused: parallelize: the elements cannot travel to other ranks
#include <system_error>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.parallelize(std::vector<std::error_code>(3));  // refused here
}
