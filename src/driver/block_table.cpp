#include "driver/block_table.hpp"

#include <algorithm>

namespace seltzer::detail {

int BlockTable::holder(BlockId id) const {
  const auto found = rdds_.find(id.rdd);
  if (found == rdds_.end() || id.partition >= found->second.first.size()) return -1;
  return found->second.first[id.partition];
}

bool BlockTable::holds(BlockId id, int rank) const {
  const auto found = rdds_.find(id.rdd);
  if (found == rdds_.end() || id.partition >= found->second.first.size()) return false;
  const Holders& holders = found->second;
  if (holders.first[id.partition] == rank) return true;
  const auto others = holders.others.find(id.partition);
  return others != holders.others.end() && std::ranges::find(others->second, rank) != others->second.end();
}

bool BlockTable::complete(RDDId rdd, std::size_t partitions) const {
  const auto found = rdds_.find(rdd);
  return partitions == 0 || (found != rdds_.end() && found->second.held == partitions);
}

void BlockTable::add(BlockId id, int rank) {
  if (holds(id, rank)) return;
  Holders& holders = rdds_[id.rdd];
  if (holders.first.size() <= id.partition) holders.first.resize(id.partition + 1, -1);
  if (holders.first[id.partition] < 0) {
    holders.first[id.partition] = rank;
    ++holders.held;
  } else {
    holders.others[id.partition].push_back(rank);
  }
}

}  // namespace seltzer::detail
