#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <seltzer/api/pair_types.hpp>
#include <seltzer/api/partition_count.hpp>
#include <seltzer/api/partitioners.hpp>
#include <seltzer/operators/key_partitioner.hpp>

namespace seltzer {

namespace detail {

/// A partitioner as one of keys of type K, or null. One of the keys of pairs is one of pairs, too: equal pairs have
/// equal keys.
template <class K>
std::shared_ptr<const KeyPartitioner<K>> partitionerFor(const std::shared_ptr<const Partitioner>& partitioner) {
  if (auto own = std::dynamic_pointer_cast<const KeyPartitioner<K>>(partitioner)) return own;
  if constexpr (isPair<K>) {
    auto ofKeys = std::dynamic_pointer_cast<const KeyPartitioner<typename K::first_type>>(partitioner);
    if (ofKeys) return newPartitioner<PairPartitioning<K>>(std::move(ofKeys));
  }
  return nullptr;
}

}  // namespace detail

/// Where a by-key operation puts its keys: nothing said, a number of partitions (by hash), or a partitioner: Hash,
/// Range, Function, another RDD's `partitioner()`, or one's own, an object with `numPartitions()` and
/// `getPartition(key)` that may be passed as functions may. For operations on elements these are the keys.
template <class K>
class PartitionChoice {
 public:
  PartitionChoice() = default;

  template <std::integral Count>
  PartitionChoice(Count partitions) : count_(static_cast<std::int64_t>(partitions)) {}
  PartitionChoice(PartitionCount partitions) : count_(partitions) {}

  PartitionChoice(HashPartitioner partitioner) {
    // Operations refuse keys that have no hash by themselves, in a sentence with the user's line.
    if constexpr (detail::hasHash<K>) {
      partitioner_ = detail::newPartitioner<detail::HashPartitioning<K>>(partitioner.numPartitions());
    }
  }

  PartitionChoice(const RangePartitioner<K>& partitioner)
      : partitioner_(detail::newPartitioner<detail::RangePartitioning<K>>(partitioner)) {}

  /// Of another RDD. Throws std::invalid_argument for null, or a partitioner of other keys.
  PartitionChoice(const std::shared_ptr<const Partitioner>& partitioner)
      : partitioner_(detail::partitionerFor<K>(partitioner)) {
    if (!partitioner_) {
      throw std::invalid_argument(partitioner ? "the partitioner is for keys of another type"
                                              : "there is no partitioner: the RDD that was asked has none");
    }
  }

  template <CustomPartitioner<K> P>
  PartitionChoice(P partitioner) {
    static_assert(detail::isShippable<P>,
                  "partitionBy: what this partitioner holds cannot travel to other ranks; give it a Boost "
                  "`serialize`, or plain values only");
    if constexpr (detail::isShippable<P>) {
      detail::requirePartitionerSize(static_cast<std::int64_t>(partitioner.numPartitions()));
      partitioner_ = detail::newPartitioner<detail::CustomPartitioning<K, P>>(std::move(partitioner));
    }
  }

  /// What was chosen, for a number the hash; null where nothing was said. Throws std::invalid_argument for a number
  /// less than 1.
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner() const {
    if (!count_) return partitioner_;
    return detail::newPartitioner<detail::HashPartitioning<K>>(detail::requirePartitionerSize(*count_));
  }

  /// The number that was chosen; none for a partitioner.
  PartitionCount count() const { return count_; }

 private:
  PartitionCount count_;
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner_;
};

}  // namespace seltzer
