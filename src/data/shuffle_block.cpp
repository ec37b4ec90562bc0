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

void ShuffleBlock::write(WireWriter& writer) const {
  for (const ShuffleSegment& segment : segments_) {
    writer << SegmentHeader{segment.mapPartition, segment.records, segment.data.size()};
    writer.writeBytes(segment.data);
  }
}

std::shared_ptr<const ShuffleBlock> ShuffleBlock::read(const WireBlock& wire) {
  auto block = std::make_shared<ShuffleBlock>();
  block->owner_ = wire.owner();
  WireReader reader(wire.data());
  while (!reader.atEnd()) {
    const auto header = reader.read<SegmentHeader>();
    block->segments_.push_back({header.mapPartition, header.records, reader.readBytes(header.bytes)});
    block->records_ += header.records;
    block->bytes_ += header.bytes;
  }
  return block;
}

ShuffleBlock& ShuffleBlockBuilder::block() {
  if (!block_) block_ = std::make_shared<ShuffleBlock>();
  return *block_;
}

void ShuffleBlockBuilder::append(std::uint64_t mapPartition, ByteView data, std::uint64_t records) {
  block_->segments_.push_back({mapPartition, records, data});
  block_->records_ += records;
  block_->bytes_ += data.size();
}

void ShuffleBlockBuilder::add(std::uint64_t mapPartition, ShuffleFrame&& frame) {
  block().memory_.resize(block_->memory_.bytes() + frame.data.capacity());
  block_->chunks_.push_back(std::move(frame.data));
  append(mapPartition, block_->chunks_.back(), frame.records);
}

void ShuffleBlockBuilder::add(std::uint64_t mapPartition, ByteView data, std::uint64_t records) {
  auto& chunks = block().chunks_;
  if (open_ == 0 || chunks[open_ - 1].capacity() - chunks[open_ - 1].size() < data.size()) {
    Bytes chunk;
    chunk.reserve(std::max(data.size(), std::clamp(block_->bytes_, smallestChunk, largestChunk)));
    block_->memory_.resize(block_->memory_.bytes() + chunk.capacity());
    chunks.push_back(std::move(chunk));
    open_ = chunks.size();
  }
  Bytes& chunk = chunks[open_ - 1];
  const std::size_t begin = chunk.size();
  chunk.insert(chunk.end(), data.begin(), data.end());
  append(mapPartition, ByteView(chunk).subspan(begin, data.size()), records);
}

std::shared_ptr<const ShuffleBlock> ShuffleBlockBuilder::finish() {
  static const auto none = std::make_shared<const ShuffleBlock>();
  if (!block_) return none;
  std::ranges::stable_sort(block_->segments_, {}, &ShuffleSegment::mapPartition);
  return std::move(block_);
}

}  // namespace seltzer::detail
