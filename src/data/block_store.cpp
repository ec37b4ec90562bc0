#include "data/block_store.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/wire_block.hpp>

namespace seltzer::detail {

StoringScope::StoringScope(RDDId rdd) : before_(std::exchange(current(), rdd)) {}

StoringScope::~StoringScope() {
  current() = before_;
}

std::optional<RDDId>& StoringScope::current() {
  static std::optional<RDDId> rdd;
  return rdd;
}

const BlockStore::Entry* BlockStore::entryOf(BlockId id) const {
  const auto rdd = rdds_.find(id.rdd);
  if (rdd == rdds_.end()) return nullptr;
  const auto found = rdd->second.find(id.partition);
  return found == rdd->second.end() ? nullptr : &found->second;
}

std::shared_ptr<const Block> BlockStore::find(BlockId id) const {
  const Entry* entry = entryOf(id);
  if (entry == nullptr) return nullptr;
  entry->used = ++calls_;
  return entry->block;
}

/// Accounts for memory last, since that may evict blocks.
void BlockStore::put(BlockId id, std::shared_ptr<const Block> block, Eviction eviction) {
  erase(id);
  Entry& entry = rdds_[id.rdd][id.partition];
  entry.block = std::move(block);
  entry.bytes = entry.block->bytes();
  entry.eviction = eviction;
  entry.used = ++calls_;
  entry.memory = entry.block->memory();
  bytes_ += entry.bytes;
  if (entry.memory == 0) return;
  const StoringScope scope(id.rdd);
  offer();
  try {
    memory_.record(memory_.bytes() + entry.memory);
    const std::size_t more = memoryAccount().request(0);
    if (!memoryAccount().isOverLimit(more)) return;
    makeRoom(more);
    if (memoryAccount().isOverLimit(more) && entry.canLeave()) evict(id, entry);
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
  std::vector<std::pair<BlockId, Entry*>> entries;
  bool others = false;  // that may leave another time
  for (auto& [rdd, partitions] : rdds_) {
    const bool mayLeave = rdd != StoringScope::current();
    for (auto& [partition, entry] : partitions) {
      if (!entry.canLeave()) continue;
      others = others || !mayLeave;
      if (mayLeave) entries.push_back({{rdd, partition}, &entry});
    }
  }
  std::ranges::sort(entries, {}, [](const auto& of) { return of.second->used; });
  auto next = entries.begin();
  for (; next != entries.end() && memoryAccount().isOverLimit(more); ++next) evict(next->first, *next->second);
  if (others || next != entries.end()) offer();
}

void BlockStore::evict(BlockId id, Entry& entry) {
  if (entry.eviction == Eviction::spill) {
    spill(entry);
  } else if (!mustKeep(id.rdd)) {
    erase(id);
    dropped_.push_back(id);
  } else {
    spill(entry);
    if (!std::exchange(entry.isDue, true)) due_.push_back(id);
  }
}

bool BlockStore::mustKeep(RDDId rdd) const {
  return !read_ || std::ranges::find(*read_, rdd) != read_->end();
}

void BlockStore::setEviction(RDDId rdd, Eviction eviction) {
  const auto found = rdds_.find(rdd);
  if (found == rdds_.end()) return;
  for (auto& [partition, entry] : found->second) {
    entry.eviction = eviction;
    if (eviction == Eviction::spill) entry.isDue = false;
  }
}

void BlockStore::beginStage(std::span<const RDDId> read) {
  read_.emplace(read.begin(), read.end());
}

std::vector<BlockId> BlockStore::endStage() {
  read_.reset();
  for (const BlockId id : std::exchange(due_, {})) {
    const Entry* entry = entryOf(id);
    if (entry == nullptr || !entry->isDue) continue;
    erase(id);
    dropped_.push_back(id);
  }
  std::erase_if(dropped_, [this](BlockId id) { return contains(id); });
  return std::exchange(dropped_, {});
}

void BlockStore::spill(Entry& entry) {
  if (const auto* wire = dynamic_cast<const WireBlock*>(entry.block.get())) {
    wire->spill();
  } else {
    std::vector<WirePiece> pieces;
    bool isNext = true;
    for (std::size_t position = 0; isNext;) {
      ShuffleFrame frame;
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

BlockStore::Holdings BlockStore::holdings(RDDId rdd) const {
  Holdings holdings;
  const auto found = rdds_.find(rdd);
  if (found == rdds_.end()) return holdings;
  for (const auto& [partition, entry] : found->second) {
    ++holdings.partitions;
    holdings.memoryBytes += entry.block->memory();
    holdings.diskBytes += entry.block->bytes() - std::min(entry.block->bytes(), entry.block->memory());
  }
  return holdings;
}

std::size_t BlockStore::blocks() const {
  std::size_t count = 0;
  for (const auto& [rdd, partitions] : rdds_) count += partitions.size();
  return count;
}

}  // namespace seltzer::detail
