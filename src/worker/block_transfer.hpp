#pragma once

#include <vector>

#include "protocol/command.hpp"
#include "worker/executor.hpp"

namespace seltzer::detail {

/// **Collective.** Brings blocks from the ranks that have them to those that need them, in rounds of the configured
/// budget. Returns the ids of those that came here and are to be dropped after the stage. Counts bytes and records of
/// the scatter phase where they leave.
std::vector<BlockId> transferBlocks(Executor& executor, const std::vector<Transfer>& transfers);

}  // namespace seltzer::detail
