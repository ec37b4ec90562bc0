#pragma once

#include <cstdint>

#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/statistics.hpp>

namespace seltzer::detail {

/// **Collective.** The rows 0 to `rows - 1` of all ranks' clocks, reduced to rank 0 by MPI_Reduce, with the ranks'
/// peaks of memory and frequent keys, which are gathered there; elsewhere the result is of no meaning. Names, counts of
/// jobs and the context are the caller's to fill in. Row 0 counts in the total only.
Statistics reduceStatistics(Communicator& communicator, std::uint32_t rows);

}  // namespace seltzer::detail
