// refused: keep no address in it (a pointer, a view, a std::error_code)
#include <system_error>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.parallelize(std::vector<std::error_code>(3));
}
