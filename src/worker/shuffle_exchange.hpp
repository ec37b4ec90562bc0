#pragma once

#include <vector>

#include <seltzer/detail/engine/shuffle_operator.hpp>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// **Collective.** Moves the outputs of a shuffle's map tasks to the ranks that compute the shuffled RDD's partitions,
/// rank to rank in rounds of the configured budget, once `shuffled` has cut them, and stores a ShuffleBlock for each of
/// this rank's partitions. Outputs are given up as they are sent, those for this rank move without a copy: beside the
/// rounds' buffers a rank holds every record once. Counts bytes and records that arrived here. Throws StageFailure on a
/// rank whose outputs cannot be cut or written, RemoteError on the others; then no rank has any block.
void exchangeShuffle(Executor& executor, const ShuffleDescription& shuffle, ShuffleOperator& shuffled,
                     std::vector<MapTaskOutput>& outputs);

}  // namespace seltzer::detail
