#include <utility>

#include <seltzer/detail/data/block/wire_block.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

Block::~Block() = default;

std::shared_ptr<const Block> share(UniquePointer<const Block> block) {
  return std::shared_ptr<const Block>(block.release());
}

WireBlock::WireBlock(std::vector<WirePiece>&& pieces) : pieces_(std::move(pieces)) {
  for (const WirePiece& piece : pieces_) {
    records_ += piece.records();
    bytes_ += piece.bytes();
  }
}

WireBlock::WireBlock(std::shared_ptr<const Bytes> owner, ByteView data, std::size_t records)
    : records_(records), bytes_(data.size()) {
  pieces_.emplace_back(records, std::move(owner), data);
}

WireBlock::~WireBlock() = default;

std::span<const WirePiece> WireBlock::pieces() const {
  return pieces_;
}

std::size_t WireBlock::memory() const {
  std::size_t memory = 0;
  for (const WirePiece& piece : pieces_) memory += piece.memory();
  return memory;
}

bool WireBlock::writePiece(std::size_t& position, ShuffleFrame& piece) const {
  if (position == pieces_.size()) return false;
  const WirePiece& next = pieces_[position++];
  const SegmentData data = next.data();
  piece = {Bytes(data.bytes().begin(), data.bytes().end()), next.records()};
  return true;
}

void WireBlock::spill() const {
  for (WirePiece& piece : pieces_) piece.spill();
}

WireBlockBuilder::WireBlockBuilder(StorageLevel level) : level_(level) {}
WireBlockBuilder::~WireBlockBuilder() = default;

/// Accounts for memory last, since that may spill the piece.
void WireBlockBuilder::add(ShuffleFrame&& piece) {
  WirePiece& added = pieces_.emplace_back(std::move(piece));
  if (!useMemory(level_)) added.spill();
  if (added.memory() == 0) return;
  if (!useDisk(level_)) {
    memory_.record(memory_.bytes() + added.memory());
    return;
  }
  offer();
  memory_.resize(memory_.bytes() + added.memory());
}

std::shared_ptr<const WireBlock> WireBlockBuilder::finish() {
  withdraw();
  memory_.resize(0);
  return std::make_shared<const WireBlock>(std::exchange(pieces_, {}));
}

void WireBlockBuilder::spill(std::size_t /*more*/) {
  for (WirePiece& piece : pieces_) piece.spill();
  memory_.resize(0);
}

}  // namespace seltzer::detail
