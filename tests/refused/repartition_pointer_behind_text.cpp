// refused: repartition: the elements cannot travel to other ranks
#include <cstdint>

#include <seltzer/seltzer.hpp>

struct Named {
  char name[32];
  const char* tail;
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t) { return Named{}; }).repartition(2);  // refused here
}
