#include <algorithm>

#include <seltzer/detail/data/block/shuffle_block.hpp>
#include <seltzer/detail/data/wire/reader.hpp>

namespace seltzer::detail {
namespace {

/// Chunks grow with the block, within these bounds.
constexpr std::size_t largestChunk = std::size_t{1} << 20;
constexpr std::size_t smallestChunk = 256;

/// Precedes a segment's records.
struct SegmentHeader {
  std::uint64_t mapPartition = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

}  // namespace

std::span<const ShuffleSegment> ShuffleBlock::segments() const {
  return segments_;
}

bool ShuffleBlock::writePiece(std::size_t& position, ShuffleFrame& piece) const {
  if (position == segments_.size()) return false;
  piece = {};
  WireWriter writer(piece.data);
  while (position < segments_.size() && piece.data.size() < shuffleFrameBytes) {
    const ShuffleSegment& segment = segments_[position++];
    writer << SegmentHeader{segment.mapPartition(), segment.records(), segment.bytes()};
    writer.writeBytes(segment.data().bytes());
    piece.records += segment.records();
  }
  return true;
}

std::shared_ptr<const ShuffleBlock> ShuffleBlock::read(const WireBlock& wire) {
  auto block = std::make_shared<ShuffleBlock>();
  for (const WirePiece& piece : wire.pieces()) {
    const SegmentData data = piece.data();
    WireReader reader(data.bytes());
    while (!reader.atEnd()) {
      const auto header = reader.read<SegmentHeader>();
      block->segments_.emplace_back(header.mapPartition, header.records, data.owner(), reader.readBytes(header.bytes));
      block->records_ += header.records;
      block->bytes_ += header.bytes;
    }
  }
  return block;
}

void ShuffleBlock::spill(std::size_t /*more*/) {
  open_.reset();
  for (ShuffleSegment& segment : segments_) segment.spill();
  memory_.resize(0);
}

ShuffleBlock& ShuffleBlockBuilder::block() {
  if (!block_) block_ = std::make_shared<ShuffleBlock>();
  return *block_;
}

/// A segment for which `memory` was allocated. Accounts for that last, since it may spill the block.
void ShuffleBlockBuilder::append(ShuffleSegment&& segment, std::size_t memory) {
  block_->records_ += segment.records();
  block_->bytes_ += segment.bytes();
  block_->segments_.push_back(std::move(segment));
  block_->offer();
  block_->memory_.resize(block_->memory_.bytes() + memory);
}

void ShuffleBlockBuilder::add(std::uint64_t mapPartition, ShuffleFrame&& frame) {
  block();
  ShuffleSegment segment(mapPartition, std::move(frame));
  const std::size_t memory = segment.memory();
  append(std::move(segment), memory);
}

void ShuffleBlockBuilder::add(std::uint64_t mapPartition, ByteView data, std::uint64_t records) {
  ShuffleBlock& block = this->block();
  std::size_t memory = 0;
  if (!block.open_ || block.open_->capacity() - block.open_->size() < data.size()) {
    block.open_ = std::make_shared<Bytes>();
    block.open_->reserve(std::max(data.size(), std::clamp(block.bytes_, smallestChunk, largestChunk)));
    memory = block.open_->capacity();
  }
  Bytes& open = *block.open_;
  const std::size_t begin = open.size();
  open.insert(open.end(), data.begin(), data.end());
  append({mapPartition, records, block.open_, ByteView(open).subspan(begin, data.size())}, memory);
}

std::shared_ptr<const ShuffleBlock> ShuffleBlockBuilder::finish() {
  static const auto none = std::make_shared<const ShuffleBlock>();
  if (!block_) return none;
  block_->open_.reset();
  std::ranges::stable_sort(block_->segments_, {}, &ShuffleSegment::mapPartition);
  return std::move(block_);
}

}  // namespace seltzer::detail
