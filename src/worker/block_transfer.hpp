#pragma once

#include <vector>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// **Collective.** Moves blocks from the ranks that have them to those that need them, in rounds of the configured
/// budget. Returns the ids of those that arrived here and must be dropped after the stage. Bytes and records of the
/// scatter phase are counted on the sending rank.
std::vector<BlockId> transferBlocks(Executor& executor, const std::vector<Transfer>& transfers);

}  // namespace seltzer::detail
