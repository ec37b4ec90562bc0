// refused: npyFile: no array has such elements; read bool, integers, float, double or std::complex of these
#include <string>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  sc.npyFile<std::string>("names.npy");  // refused here
}
