#include <algorithm>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/block_store.hpp>
#include <seltzer/detail/data/block/wire_block.hpp>

namespace seltzer::detail {

std::shared_ptr<const Block> BlockStore::find(BlockId id) const {
  const auto rdd = rdds_.find(id.rdd);
  if (rdd == rdds_.end()) return nullptr;
  const auto found = rdd->second.find(id.partition);
  if (found == rdd->second.end()) return nullptr;
  const Entry& entry = found->second;
  entry.used = ++calls_;
  return entry.block;
}

/// Accounts for memory last, since that may spill the block.
void BlockStore::put(BlockId id, std::shared_ptr<const Block> block) {
  erase(id);
  Entry& entry = rdds_[id.rdd][id.partition];
  entry.block = std::move(block);
  entry.bytes = entry.block->bytes();
  entry.used = ++calls_;
  entry.memory = entry.block->memory();
  bytes_ += entry.bytes;
  if (entry.memory == 0) return;
  offer();
  try {
    memory_.resize(memory_.bytes() + entry.memory);
  } catch (...) {
    erase(id);
    throw;
  }
}

void BlockStore::erase(BlockId id) {
  const auto rdd = rdds_.find(id.rdd);
  if (rdd == rdds_.end()) return;
  const auto block = rdd->second.find(id.partition);
  if (block == rdd->second.end()) return;
  forget(block->second);
  rdd->second.erase(block);
  if (rdd->second.empty()) rdds_.erase(rdd);
}

void BlockStore::erase(RDDId id) {
  const auto rdd = rdds_.find(id);
  if (rdd == rdds_.end()) return;
  for (const auto& [partition, entry] : rdd->second) forget(entry);
  rdds_.erase(rdd);
}

void BlockStore::forget(const Entry& entry) {
  bytes_ -= entry.bytes;
  memory_.resize(memory_.bytes() - entry.memory);
}

void BlockStore::spill(std::size_t more) {
  std::vector<Entry*> entries;
  for (auto& [id, partitions] : rdds_) {
    for (auto& [partition, entry] : partitions) {
      if (entry.canSpill()) entries.push_back(&entry);
    }
  }
  std::ranges::sort(entries, {}, &Entry::used);
  auto next = entries.begin();
  for (; next != entries.end() && memoryAccount().isOverLimit(more); ++next) spill(**next);
  if (next != entries.end()) offer();
}

void BlockStore::spill(Entry& entry) {
  if (const auto* wire = dynamic_cast<const WireBlock*>(entry.block.get())) {
    wire->spill();
  } else {
    std::vector<WirePiece> pieces;
    ShuffleFrame frame;
    bool isNext = true;
    for (std::size_t position = 0; isNext;) {
      if (!serializes([&] { isNext = entry.block->writePiece(position, frame); })) {
        entry.isUnwritable = true;
        return;
      }
      if (isNext) pieces.emplace_back(std::move(frame)).spill();
    }
    entry.block = std::make_shared<const WireBlock>(std::move(pieces));
  }
  memory_.resize(memory_.bytes() - std::exchange(entry.memory, 0));
}

std::size_t BlockStore::blocks() const {
  std::size_t count = 0;
  for (const auto& [rdd, partitions] : rdds_) count += partitions.size();
  return count;
}

}  // namespace seltzer::detail
