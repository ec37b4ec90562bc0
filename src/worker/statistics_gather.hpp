#pragma once

#include <cstdint>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/statistics.hpp>

#include "metrics/cgroup_limits.hpp"

namespace seltzer::detail {

/// **Collective.** Rows 0 to `rows - 1` of all ranks' clocks, reduced to rank 0 by MPI_Reduce, with the ranks' memory
/// peaks, memory limits and frequent keys, which are gathered there; on other ranks the result is meaningless.
/// `memoryLimit` is this rank's. The caller fills in names, job counts and the context. Row 0 counts in the total only.
Statistics reduceStatistics(Communicator& communicator, std::uint32_t rows, const OriginatedLimit& memoryLimit);

}  // namespace seltzer::detail
