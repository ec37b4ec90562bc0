#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <seltzer/api/partitioners.hpp>
#include <seltzer/operators/key_partitioner.hpp>

namespace seltzer {

/// Where a by-key operation puts its keys: nothing said, a number of partitions (by hash), or a partitioner: Hash,
/// Range, another RDD's `partitioner()`, or one's own, an object with `numPartitions()` and `getPartition(key)` that
/// may be passed as functions may.
template <class K>
class PartitionChoice {
 public:
  PartitionChoice() = default;

  template <std::integral Count>
  PartitionChoice(Count partitions) : PartitionChoice(HashPartitioner(static_cast<std::int64_t>(partitions))) {}

  PartitionChoice(HashPartitioner partitioner)
      : partitioner_(std::make_shared<detail::HashPartitioning<K>>(partitioner.numPartitions())) {}

  PartitionChoice(const RangePartitioner<K>& partitioner)
      : partitioner_(std::make_shared<detail::RangePartitioning<K>>(partitioner)) {}

  /// Of another RDD. Throws std::invalid_argument for null, or a partitioner of other keys.
  PartitionChoice(const std::shared_ptr<const Partitioner>& partitioner)
      : partitioner_(std::dynamic_pointer_cast<const detail::KeyPartitioner<K>>(partitioner)) {
    if (!partitioner_) {
      throw std::invalid_argument(partitioner ? "the partitioner is for keys of another type"
                                              : "there is no partitioner: the RDD that was asked has none");
    }
  }

  template <CustomPartitioner<K> P>
  PartitionChoice(P partitioner) {
    static_assert(detail::Shippable<P>,
                  "partitionBy: what this partitioner holds cannot travel to other ranks; give it a Boost "
                  "`serialize`, or plain values only");
    detail::requirePartitionerSize(static_cast<std::int64_t>(partitioner.numPartitions()));
    partitioner_ = std::make_shared<detail::CustomPartitioning<K, P>>(std::move(partitioner));
  }

  /// What was chosen; null where nothing was said.
  const std::shared_ptr<const detail::KeyPartitioner<K>>& partitioner() const { return partitioner_; }

 private:
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner_;
};

}  // namespace seltzer
