#pragma once

#include <vector>

#include <seltzer/detail/engine/shuffle_operator.hpp>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// **Collective.** Has `shuffled` cut the outputs of a shuffle's map tasks, moves them to the ranks that compute the
/// shuffled RDD's partitions in rounds of the configured budget, and stores a ShuffleBlock for each of this rank's
/// partitions. Outputs are freed as they are sent, and those for this rank move without a copy: besides the rounds'
/// buffers a rank holds every record once. Counts bytes and records that arrive here. Throws StageFailure on a rank
/// whose outputs cannot be cut or written, RemoteError on the others; then no rank stores a block.
void exchangeShuffle(Executor& executor, const ShuffleDescription& shuffle, ShuffleOperator& shuffled,
                     std::vector<MapTaskOutput>& outputs);

}  // namespace seltzer::detail
