// refused: without pointers, views and what else holds an address (such as std::error_code and std::type_index)
#include <cstdint>

#include <seltzer/seltzer.hpp>

struct Named {
  char name[32];
  const char* tail;
};

void use(seltzer::Context& sc) {
  sc.range(10).map([](std::int64_t) { return Named{}; }).repartition(2);
}
