#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/block/partition_map.hpp>
#include <seltzer/detail/data/spill/spillable.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// The output of a map task that knows each record's partition when it writes it: a bucket of frames for each partition
/// that gets any.
class ShuffleBuckets final : public MapOutput, private Spillable {
 public:
  explicit ShuffleBuckets(std::size_t partitions);
  ~ShuffleBuckets() override;

  /// Adds a record for `partition`, written by `write(writer)`. O(bytes of the record).
  template <class Write>
  void add(std::size_t partition, Write&& write) {
    Bucket* const buckets = buckets_.array();
    Bucket& bucket = buckets != nullptr ? buckets[partition] : bucketOf(partition);
    const std::size_t before = bucket.open.data.size();
    const std::size_t memoryBefore = bucket.open.data.capacity();
    WireWriter writer(bucket.open.data);
    write(writer);
    const std::size_t size = bucket.open.data.size();
    openMemory_ += bucket.open.data.capacity() - memoryBefore;
    ++bucket.open.records;
    if (size >= shuffleFrameBytes) close(bucket, size - before);
    if (openMemory_ >= nextLook_) account();
  }

  /// Call it after the last record: counts bytes and records of the map task.
  void complete();

  std::size_t next(std::size_t from, std::size_t end) override;
  bool take(std::size_t partition, ShuffleFrame& frame) override;

 private:
  struct Bucket {
    ShuffleFrame open;
    std::vector<ShuffleFrame> full;
    std::size_t taken = 0;  // number of frames taken from `full`

    bool isEmpty() const { return taken == full.size() && open.records == 0; }
  };

  Bucket& bucketOf(std::size_t partition);
  void close(Bucket& bucket, std::size_t lastRecord);
  void account();
  void spill(std::size_t more) override;

  PartitionMap<Bucket> buckets_;
  std::uint64_t fullRecords_ = 0;
  std::uint64_t fullBytes_ = 0;
  std::size_t fullMemory_ = 0;  // capacity of the full frames that are in memory
  std::size_t openMemory_ = 0;  // capacity of the others
  std::size_t nextLook_ = 0;    // `account` is called when openMemory_ reaches it
  MemoryReservation memory_{MemoryUse::shuffleWrite};
};

}  // namespace seltzer::detail
