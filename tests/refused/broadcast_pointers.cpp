// refused: broadcast: the value cannot travel to other ranks; give its type a Boost.Serialization `serialize`
// with: std::shared_ptr<int>
#include <cstdint>
#include <memory>
#include <vector>

#include <seltzer/seltzer.hpp>

void use(seltzer::Context& sc) {
  const std::vector<std::shared_ptr<int>> pointers(3);
  sc.broadcast(pointers);  // refused here
}
