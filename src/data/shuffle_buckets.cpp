#include <utility>

#include <seltzer/detail/data/block/shuffle_buckets.hpp>

namespace seltzer::detail {

void ShuffleBuckets::close(Bucket& bucket) {
  fullRecords_ += bucket.open.records;
  fullBytes_ += bucket.open.data.size();
  memory_.resize(memory_.bytes() + bucket.open.data.capacity());
  const std::size_t size = bucket.open.data.size();
  bucket.full.push_back(std::exchange(bucket.open, {}));
  bucket.open.data.reserve(size + size / 8);
}

std::uint64_t ShuffleBuckets::records() const {
  std::uint64_t records = fullRecords_;
  buckets_.forValues([&records](const Bucket& bucket) { records += bucket.open.records; });
  return records;
}

std::uint64_t ShuffleBuckets::bytes() const {
  std::uint64_t bytes = fullBytes_;
  buckets_.forValues([&bytes](const Bucket& bucket) { bytes += bucket.open.data.size(); });
  return bytes;
}

std::size_t ShuffleBuckets::next(std::size_t from, std::size_t end) {
  return buckets_.next(from, end);
}

bool ShuffleBuckets::take(std::size_t partition, ShuffleFrame& frame) {
  Bucket& bucket = buckets_[partition];
  if (bucket.taken < bucket.full.size()) {
    frame = std::move(bucket.full[bucket.taken++]);
    memory_.resize(memory_.bytes() - frame.data.capacity());
    return true;
  }
  if (bucket.open.records == 0) return false;
  frame = std::exchange(bucket.open, {});
  return true;
}

}  // namespace seltzer::detail
