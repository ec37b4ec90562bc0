#pragma once

#include <vector>

#include <seltzer/detail/engine/lineage.hpp>

#include "driver/block_table.hpp"

namespace seltzer::detail {

/// The RDDs whose shuffles' outputs lie on the ranks and are not read by any job on an RDD that is held: all of these
/// have something complete above them, a later shuffle or persisted partitions. An iteration thus keeps the outputs of
/// its last round alone, however long its lineage grows. Should they be needed after all, when what stands above is
/// given up, their map stages run again. O(RDDs between these shuffles and what is complete above them).
std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks);

}  // namespace seltzer::detail
