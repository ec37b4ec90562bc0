#include <algorithm>
#include <utility>

#include <seltzer/detail/data/spill/compact_number.hpp>
#include <seltzer/detail/data/spill/waiting_records.hpp>

namespace seltzer::detail {
namespace {

constexpr int bitsPerDepth = 6;
static_assert(WaitingRecords::parts == std::size_t{1} << bitsPerDepth);

/// Between reading much at once and the memory that all parts take together.
constexpr std::size_t leastFrameBytes = std::size_t{1} << 10;
constexpr std::size_t mostFrameBytes = std::size_t{256} << 10;

std::size_t frameBytesFor(std::size_t limit) {
  if (memoryAccount().request(0) == MemoryAccount::everything) return leastFrameBytes;
  return std::clamp(limit / 8 / WaitingRecords::parts, leastFrameBytes, mostFrameBytes);
}

}  // namespace

WaitingRecords::WaitingRecords(MemoryUse use, std::size_t depth)
    : depth_(depth), frameBytes_(frameBytesFor(memoryAccount().limit())), memory_(use) {}

/// By bits of the hash that was mixed once more, since those of a partition's keys have something in common.
std::size_t WaitingRecords::partOf(std::uint64_t hash) const {
  if (depth_ >= lastDepth) return 0;
  hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
  return hash >> (64 - bitsPerDepth * (static_cast<int>(depth_) + 1)) & (parts - 1);
}

WireWriter WaitingRecords::begin(std::uint64_t hash, std::uint64_t position) {
  current_ = partOf(hash);
  Part& part = parts_[current_];
  if (part.open.capacity() == 0) {
    part.open.reserve(bufferBytes());
    memory_.record(memory_.bytes() + bufferBytes());
  }
  WireWriter writer(part.open);
  writeCompact(writer, position - std::exchange(part.last, position));
  return writer;
}

WireWriter WaitingRecords::beginCombiner(std::uint64_t hash, std::uint64_t position) {
  WireWriter writer = begin(hash, position);
  ++parts_[current_].openCombiners;
  return writer;
}

void WaitingRecords::end() {
  Part& part = parts_[current_];
  ++part.openRecords;
  ++part.records;
  if (part.open.size() < frameBytes_) return;
  if (part.open.size() > 2 * frameBytes_) requireFits(part.open.size() - frameBytes_);
  part.spilled += part.open.size();
  part.frames.push_back(
      {SpilledBytes(part.open), std::exchange(part.openRecords, 0), std::exchange(part.openCombiners, 0)});
  if (part.open.size() > 2 * frameBytes_) {
    part.open = Bytes();  // of a large record; `= {}` would keep the memory
    part.open.reserve(bufferBytes());
  }
  part.open.clear();
}

std::uint64_t WaitingRecords::records() const {
  std::uint64_t all = 0;
  for (const Part& part : parts_) all += part.records;
  return all;
}

bool WaitingRecords::read(std::size_t number, Frame& frame) {
  Part& part = parts_[number];
  if (part.records == 0) return false;
  if (part.nextFrame < part.frames.size()) {
    SpilledFrame& next = part.frames[part.nextFrame++];
    frame.bytes = std::exchange(next.bytes, {}).read();
    frame.records = next.records;
    frame.combiners = next.combiners;
    if (part.nextFrame < part.frames.size()) part.frames[part.nextFrame].bytes.readAhead();
  } else {
    memory_.record(memory_.bytes() - bufferBytes());
    frame.bytes = std::exchange(part.open, Bytes());
    frame.records = part.openRecords;
    frame.combiners = part.openCombiners;
  }
  part.records -= frame.records;
  return true;
}

}  // namespace seltzer::detail
