#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/data/block/memory_account.hpp>
#include <seltzer/detail/data/block/partition_map.hpp>
#include <seltzer/detail/data/wire/writer.hpp>

namespace seltzer::detail {

/// The output of a map task that knows each record's partition when it writes it: a bucket of frames for each partition
/// that gets any.
class ShuffleBuckets final : public MapOutput {
 public:
  explicit ShuffleBuckets(std::size_t partitions) : buckets_(partitions) {}

  /// Adds a record for `partition`, written by `write(writer)`. O(bytes of the record).
  template <class Write>
  void add(std::size_t partition, Write&& write) {
    Bucket& bucket = buckets_[partition];
    WireWriter writer(bucket.open.data);
    write(writer);
    ++bucket.open.records;
    if (bucket.open.data.size() >= shuffleFrameBytes) close(bucket);
  }

  std::uint64_t records() const;
  std::uint64_t bytes() const;

  std::size_t next(std::size_t from, std::size_t end) override;
  bool take(std::size_t partition, ShuffleFrame& frame) override;

 private:
  struct Bucket {
    ShuffleFrame open;
    std::vector<ShuffleFrame> full;
    std::size_t taken = 0;  // number of frames taken from `full`

    bool isEmpty() const { return taken == full.size() && open.records == 0; }
  };

  void close(Bucket& bucket);

  PartitionMap<Bucket> buckets_;
  std::uint64_t fullRecords_ = 0;
  std::uint64_t fullBytes_ = 0;
  MemoryReservation memory_{MemoryUse::shuffleWrite};
};

}  // namespace seltzer::detail
