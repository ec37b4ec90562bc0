#pragma once

#include <vector>

#include <seltzer/scheduler/block_table.hpp>
#include <seltzer/scheduler/lineage.hpp>

namespace seltzer::detail {

/// The shuffles whose outputs are complete and that no job would read, on `running` or on an RDD that the user holds:
/// all of these have something complete above them, a later shuffle or persisted partitions. An iteration thus keeps
/// the outputs of its last round alone, however long its lineage grows. Should they be needed after all, when what
/// stands above is given up, their map stages run again. O(lineage above complete shuffles).
std::vector<RDDId> unneededShuffles(const LineageTable& lineages, const BlockTable& blocks, const Lineage& running);

}  // namespace seltzer::detail
