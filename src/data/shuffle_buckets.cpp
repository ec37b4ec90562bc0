#include <algorithm>
#include <utility>

#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>

namespace seltzer::detail {

MapOutput::~MapOutput() = default;

ShuffleBuckets::ShuffleBuckets(std::size_t partitions) : buckets_(partitions) {}
ShuffleBuckets::~ShuffleBuckets() = default;

ShuffleBuckets::Bucket& ShuffleBuckets::bucketOf(std::size_t partition) {
  return buckets_[partition];
}

void ShuffleBuckets::close(Bucket& bucket, std::size_t lastRecord) {
  requireFits(lastRecord);
  const std::size_t size = bucket.open.data.size();
  fullRecords_ += bucket.open.records;
  fullBytes_ += size;
  openMemory_ -= bucket.open.data.capacity();
  fullMemory_ += bucket.open.data.capacity();
  bucket.full.push_back(std::exchange(bucket.open, {}));
  bucket.open.data.reserve(std::min(size, 2 * shuffleFrameBytes) + shuffleFrameBytes / 8);  // as long as most
  openMemory_ += bucket.open.data.capacity();
  account();
}

/// Looks at the account again after a step. May spill everything.
void ShuffleBuckets::account() {
  nextLook_ = openMemory_ + memoryAccount().step();
  offer();
  memory_.resize(fullMemory_ + openMemory_);
}

void ShuffleBuckets::complete() {
  std::uint64_t records = fullRecords_;
  std::uint64_t bytes = fullBytes_;
  buckets_.forValues([&records, &bytes](const Bucket& bucket) {
    records += bucket.open.records;
    bytes += bucket.open.data.size();
  });
  phaseClock().count(Phase::shuffleWrite, bytes, records);
  account();
}

/// In the order of partitions if there are many, so that consecutive ones are read back in the order of the file.
void ShuffleBuckets::spill(std::size_t /*more*/) {
  buckets_.forValues([this](Bucket& bucket) {
    for (std::size_t i = bucket.taken; i < bucket.full.size(); ++i) {
      ShuffleFrame& frame = bucket.full[i];
      if (frame.data.empty()) continue;
      frame.spilled = SpilledBytes(frame.data);
      fullMemory_ -= frame.data.capacity();
      frame.data = Bytes();  // `= {}` would keep the memory
    }
    if (bucket.open.records == 0) return;
    SpilledBytes spilled(bucket.open.data);
    fullRecords_ += bucket.open.records;
    fullBytes_ += bucket.open.data.size();
    openMemory_ -= bucket.open.data.capacity();
    bucket.full.push_back({{}, std::exchange(bucket.open, {}).records, std::move(spilled)});
  });
  memory_.resize(fullMemory_ + openMemory_);
}

std::size_t ShuffleBuckets::next(std::size_t from, std::size_t end) {
  return buckets_.next(from, end);
}

bool ShuffleBuckets::take(std::size_t partition, ShuffleFrame& frame) {
  Bucket& bucket = buckets_[partition];
  if (bucket.taken < bucket.full.size()) {
    frame = std::move(bucket.full[bucket.taken++]);
    if (bucket.taken < bucket.full.size()) bucket.full[bucket.taken].spilled.readAhead();
    fullMemory_ -= frame.data.capacity();
    memory_.resize(fullMemory_ + openMemory_);
    return true;
  }
  if (bucket.open.records == 0) return false;
  openMemory_ -= bucket.open.data.capacity();
  frame = std::exchange(bucket.open, {});
  memory_.resize(fullMemory_ + openMemory_);
  return true;
}

}  // namespace seltzer::detail
