#pragma once

#include <vector>

#include <seltzer/detail/engine/lineage.hpp>

#include "driver/block_table.hpp"

namespace seltzer::detail {

/// The RDDs whose shuffle outputs are held on the ranks but would be read by no job on a held RDD: a complete
/// descendant, a later shuffle or a persisted RDD, shields them. So an iteration keeps only the outputs of its last
/// round, however long its lineage grows. If they are needed after all, because that descendant is unpersisted, their
/// map stages run again. O(RDDs between these shuffles and their complete descendants).
std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks);

}  // namespace seltzer::detail
