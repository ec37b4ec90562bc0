#include <algorithm>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/sort/wire_row.hpp>

namespace seltzer::detail {

WireRow::WireRow(MemoryUse use) : entries_(use), memory_(use) {}
WireRow::WireRow(WireRow&&) noexcept = default;
WireRow& WireRow::operator=(WireRow&&) noexcept = default;
WireRow::~WireRow() = default;

void WireRow::addChunk() {
  constexpr std::size_t roomForLast = std::size_t{64} << 10;
  if (!chunks_.empty() && !lastIsCounted_) memory_.resize(memory_.bytes() + chunks_.back().capacity());
  lastIsCounted_ = false;
  // the first chunk of a small row grows as a vector does
  Bytes chunk;
  if (!chunks_.empty()) chunk.reserve(chunkBytes + roomForLast);
  chunks_.push_back(std::move(chunk));
  begin_ = 0;
}

void WireRow::endRecord() {
  Bytes& chunk = chunks_.back();
  const std::size_t size = chunk.size() - begin_ - sizeof(std::uint32_t);
  if (size >= chunkBytes) {
    requireFits(size);
    memory_.resize(memory_.bytes() + chunk.capacity());
    lastIsCounted_ = true;
  }
  const auto known = static_cast<std::uint32_t>(std::min<std::size_t>(size, upToEnd));
  std::memcpy(chunk.data() + begin_, &known, sizeof known);
  begin_ = chunk.size();
}

std::size_t WireRow::writeFrame(std::size_t begin, std::size_t end, Bytes& frame) const {
  constexpr std::size_t ahead = 16;
  frame.reserve(shuffleFrameBytes + shuffleFrameBytes / 16);
  WireWriter writer(frame);
  while (begin < end && frame.size() < shuffleFrameBytes) {
    if (begin + ahead < end) prefetch(entries_[begin + ahead].place);
    writer.writeBytes(at(entries_[begin].place));
    ++begin;
  }
  return begin;
}

void WireRow::releaseFront(std::size_t n) {
  entries_.releaseFront(n);
  if (n < entries_.size()) return;
  chunks_ = {};
  memory_.record(0);
}

}  // namespace seltzer::detail
