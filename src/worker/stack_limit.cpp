#include "worker/stack_limit.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace seltzer::detail {

void raiseStackLimit() {
  constexpr rlim_t wanted = pipelineStackBytes + (rlim_t{8} << 20);
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_STACK, &limit);
}

}  // namespace seltzer::detail
