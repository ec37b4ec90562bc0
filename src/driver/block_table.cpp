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
  return held(rdd) == partitions;
}

std::size_t BlockTable::held(RDDId rdd) const {
  const auto found = rdds_.find(rdd);
  return found == rdds_.end() ? 0 : found->second.held;
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

void BlockTable::erase(BlockId id, int rank) {
  if (!holds(id, rank)) return;
  Holders& holders = rdds_.at(id.rdd);
  const auto others = holders.others.find(id.partition);
  if (others == holders.others.end()) {
    holders.first[id.partition] = -1;
    --holders.held;
    return;
  }
  if (holders.first[id.partition] == rank) {
    holders.first[id.partition] = others->second.front();
    others->second.erase(others->second.begin());
  } else {
    std::erase(others->second, rank);
  }
  if (others->second.empty()) holders.others.erase(others);
}

}  // namespace seltzer::detail
