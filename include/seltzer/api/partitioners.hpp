#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/data/key_order.hpp>
#include <seltzer/operators/key_partitioner.hpp>
#include <seltzer/scheduler/call_site.hpp>

namespace seltzer {

template <class T>
class RDD;

namespace detail {

inline std::size_t requirePartitionerSize(std::int64_t partitions) {
  if (partitions < 1) {
    throw std::invalid_argument("the number of partitions of a partitioner must be at least 1, not " +
                                std::to_string(partitions));
  }
  return static_cast<std::size_t>(partitions);
}

}  // namespace detail

/// Spreads keys evenly by their hash. Throws std::invalid_argument for less than 1 partition.
class HashPartitioner {
 public:
  explicit HashPartitioner(std::int64_t partitions) : partitions_(detail::requirePartitionerSize(partitions)) {}
  std::size_t numPartitions() const { return partitions_; }

 private:
  std::size_t partitions_;
};

/// Spreads keys by ranges of about equal numbers of elements: partition i holds those behind bound i - 1 up to bound i,
/// which is in it. Equal keys stand together, so a frequent key makes a large partition.
template <class K>
class RangePartitioner {
 public:
  /// Runs a job that samples the keys of `rdd`, pairs of K; at most `partitions` partitions, fewer for few keys.
  /// Throws std::invalid_argument for less than 1.
  template <class T>
  RangePartitioner(std::int64_t partitions, const RDD<T>& rdd, bool ascending = true,
                   CallSite where = CallSite::current());

  /// By bounds of one's own, which must be in order, none twice; one partition more than bounds. Throws
  /// std::invalid_argument otherwise.
  explicit RangePartitioner(std::vector<K> bounds, bool ascending = true)
      : bounds_(std::move(bounds)), ascending_(ascending) {
    for (std::size_t i = 1; i < bounds_.size(); ++i) {
      if (!before(bounds_[i - 1], bounds_[i])) {
        throw std::invalid_argument("RangePartitioner: the bounds must be in order, and none twice");
      }
    }
  }

  std::size_t numPartitions() const { return bounds_.size() + 1; }
  const std::vector<K>& bounds() const { return bounds_; }
  bool ascending() const { return ascending_; }

  /// O(log n).
  std::size_t getPartition(const K& key) const {
    const auto bound =
        std::lower_bound(bounds_.begin(), bounds_.end(), key, [this](const K& a, const K& b) { return before(a, b); });
    return static_cast<std::size_t>(bound - bounds_.begin());
  }

 private:
  bool before(const K& a, const K& b) const { return ascending_ ? detail::keyLess(a, b) : detail::keyLess(b, a); }

  std::vector<K> bounds_;
  bool ascending_;
};

template <class T>
RangePartitioner(std::int64_t, const RDD<T>&, bool = true, CallSite = CallSite::current())
    -> RangePartitioner<Owned<typename T::first_type>>;

/// A partitioner of one's own: pairs whose keys are equal must get the same index, in [0, numPartitions()).
template <class P, class K>
concept CustomPartitioner = requires(const P& partitioner, const K& key) {
  { partitioner.numPartitions() } -> std::integral;
  { partitioner.getPartition(key) } -> std::integral;
};

namespace detail {

template <class K>
class RangePartitioning final : public KeyPartitioner<K> {
 public:
  explicit RangePartitioning(RangePartitioner<K> range) : range_(std::move(range)) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    auto bounds = parameters.read<std::vector<K>>();
    return std::make_shared<RangePartitioning>(
        RangePartitioner<K>(std::move(bounds), parameters.read<std::uint8_t>() != 0));
  }

  std::size_t numPartitions() const override { return range_.numPartitions(); }
  std::size_t partitionOf(const K& key) const override { return range_.getPartition(key); }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<K>, RangePartitioning>::id);
    WireWriter writer(bytes);
    writer << range_.bounds() << static_cast<std::uint8_t>(range_.ascending());
    return bytes;
  }
  bool mayHold(std::size_t partition, const K& least, const K& greatest) const override {
    const std::size_t a = range_.getPartition(least);
    const std::size_t b = range_.getPartition(greatest);
    return std::min(a, b) <= partition && partition <= std::max(a, b);
  }

 private:
  RangePartitioner<K> range_;
};

}  // namespace detail
}  // namespace seltzer
