#include <utility>

#include <seltzer/detail/data/block/block_store.hpp>

namespace seltzer::detail {

std::shared_ptr<const Block> BlockStore::find(BlockId id) const {
  const auto rdd = rdds_.find(id.rdd);
  if (rdd == rdds_.end()) return nullptr;
  const auto block = rdd->second.find(id.partition);
  return block == rdd->second.end() ? nullptr : block->second;
}

void BlockStore::put(BlockId id, std::shared_ptr<const Block> block) {
  erase(id);
  add(*block);
  rdds_[id.rdd].emplace(id.partition, std::move(block));
}

void BlockStore::erase(BlockId id) {
  const auto rdd = rdds_.find(id.rdd);
  if (rdd == rdds_.end()) return;
  const auto block = rdd->second.find(id.partition);
  if (block == rdd->second.end()) return;
  subtract(*block->second);
  rdd->second.erase(block);
  if (rdd->second.empty()) rdds_.erase(rdd);
}

void BlockStore::erase(RDDId id) {
  const auto rdd = rdds_.find(id);
  if (rdd == rdds_.end()) return;
  for (const auto& [partition, block] : rdd->second) subtract(*block);
  rdds_.erase(rdd);
}

void BlockStore::add(const Block& block) {
  bytes_ += block.bytes();
  if (!block.isAccounted()) memory_.resize(memory_.bytes() + block.bytes());
}

void BlockStore::subtract(const Block& block) {
  bytes_ -= block.bytes();
  if (!block.isAccounted()) memory_.resize(memory_.bytes() - block.bytes());
}

std::size_t BlockStore::blocks() const {
  std::size_t count = 0;
  for (const auto& [rdd, partitions] : rdds_) count += partitions.size();
  return count;
}

}  // namespace seltzer::detail
