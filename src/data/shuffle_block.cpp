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

void ShuffleBlockBuilder::append(std::uint64_t mapPartition, std::uint64_t records, std::shared_ptr<const Bytes> owner,
                                 ByteView data) {
  block_->segments_.emplace_back(mapPartition, records, std::move(owner), data);
  block_->records_ += records;
  block_->bytes_ += data.size();
}

/// Accounts for memory last, since that may spill the block.
void ShuffleBlockBuilder::add(std::uint64_t mapPartition, ShuffleFrame&& frame) {
  ShuffleBlock& block = this->block();
  auto owner = std::make_shared<const Bytes>(std::move(frame.data));
  const ByteView data(*owner);
  const std::size_t memory = owner->capacity();
  append(mapPartition, frame.records, std::move(owner), data);
  block.offer();
  block.memory_.resize(block.memory_.bytes() + memory);
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
  append(mapPartition, records, block.open_, ByteView(open).subspan(begin, data.size()));
  block.offer();
  block.memory_.resize(block.memory_.bytes() + memory);
}

std::shared_ptr<const ShuffleBlock> ShuffleBlockBuilder::finish() {
  static const auto none = std::make_shared<const ShuffleBlock>();
  if (!block_) return none;
  block_->open_.reset();
  std::ranges::stable_sort(block_->segments_, {}, &ShuffleSegment::mapPartition);
  return std::move(block_);
}

}  // namespace seltzer::detail
