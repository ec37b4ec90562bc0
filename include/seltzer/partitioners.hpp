#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/call_site.hpp>
#include <seltzer/detail/api/pair_types.hpp>
#include <seltzer/detail/api/partition_count.hpp>
#include <seltzer/detail/data/key/key_bounds.hpp>
#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/functions/callable.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/hash.hpp>

namespace seltzer {

template <class T>
class RDD;

namespace detail {

/// `partitions`. Throws std::invalid_argument for less than 1 and for more than `mostPartitions`.
std::size_t requirePartitionerSize(std::int64_t partitions);

template <class K>
class RangePartitioning;

}  // namespace detail

/// Distributes keys evenly by their hash.
class HashPartitioner {
 public:
  /// Throws std::invalid_argument for less than 1 or more than 10,000,000 partitions.
  explicit HashPartitioner(std::int64_t partitions) : partitions_(detail::requirePartitionerSize(partitions)) {}

  /// How many partitions there are.
  std::size_t numPartitions() const { return partitions_; }

  /// The partition of a key in an RDD with keys of type K; a string literal is a string key.
  template <class K>
  std::size_t getPartition(const K& key) const {
    using Hashed = std::conditional_t<std::is_convertible_v<const K&, const char*>, std::string_view, K>;
    return detail::partitionOfHash(Hash<Hashed>()(key), partitions_);
  }

  /// Whether both have the same number of partitions.
  friend bool operator==(const HashPartitioner&, const HashPartitioner&) = default;

  /// Whether an RDD's partitioner is this one: `*rdd.partitioner() == HashPartitioner(8)`.
  friend bool operator==(const Partitioner& ofRDD, const HashPartitioner& hash) {
    return ofRDD.isHash() && ofRDD.numPartitions() == hash.numPartitions();
  }

 private:
  std::size_t partitions_;
};

/// Distributes keys by ranges with about equal numbers of elements: partition i holds the keys after bound i - 1, up to
/// and including bound i. Equal keys share a partition, so a frequent key makes a large one.
template <class K>
class RangePartitioner {
 public:
  /// Chooses bounds from a sample of the keys of `rdd`, an RDD of pairs; at most `partitions` partitions, fewer if
  /// there are few keys. Runs a job, and a second one on partitions that are much larger than the others. Throws
  /// std::invalid_argument for less than 1 or more than 10,000,000 partitions.
  template <class T>
  RangePartitioner(std::int64_t partitions, const RDD<T>& rdd, bool ascending = true,
                   CallSite where = CallSite::current());

  /// With given bounds, which must be strictly in order; throws std::invalid_argument otherwise.
  explicit RangePartitioner(std::vector<K> bounds, bool ascending = true)
      : bounds_(std::move(bounds)), ascending_(ascending) {
    for (std::size_t i = 1; i < bounds_.size(); ++i) {
      if (!before(bounds_[i - 1], bounds_[i])) {
        throw std::invalid_argument("RangePartitioner: the bounds must be strictly in order");
      }
    }
  }

  /// How many partitions there are: one more than there are bounds.
  std::size_t numPartitions() const { return bounds_.size() + 1; }

  /// The last key of each partition but the last.
  const std::vector<K>& bounds() const { return bounds_; }

  /// Whether the least keys are in the first partition.
  bool ascending() const { return ascending_; }

  /// The partition of a key. O(log n) for n bounds.
  std::size_t getPartition(const K& key) const { return detail::sectionOf(key, bounds_, {ascending_}); }

  /// Whether both have equal bounds and the same order.
  friend bool operator==(const RangePartitioner& a, const RangePartitioner& b) {
    const auto same = [&a](const K& x, const K& y) { return !a.before(x, y) && !a.before(y, x); };
    return a.ascending_ == b.ascending_ &&
           std::equal(a.bounds_.begin(), a.bounds_.end(), b.bounds_.begin(), b.bounds_.end(), same);
  }

  /// Whether an RDD's partitioner is this one.
  friend bool operator==(const Partitioner& ofRDD, const RangePartitioner& ranges) {
    return ofRDD == detail::RangePartitioning<K>(ranges);
  }

 private:
  bool before(const K& a, const K& b) const { return detail::KeyOrder{ascending_}(a, b); }

  std::vector<K> bounds_;
  bool ascending_;
};

/// @cond
template <class T>
RangePartitioner(std::int64_t, const RDD<T>&, bool = true, CallSite = CallSite::current())
    -> RangePartitioner<Owned<typename T::first_type>>;
/// @endcond

/// Distributes the indices 0 to size - 1, keys of an integer type, in contiguous ranges whose lengths differ by at most
/// 1. By-key operations and joins that are partitioned so find keys in arrays instead of hash tables, once a partition
/// has a good part of its indices; results are the same, and in the same order, as with another partitioner of the same
/// ranges. Another key fails the task with std::out_of_range.
///
///     const auto ranks = shares.reduceByKey(std::plus<>(), seltzer::IndexPartitioner(vertices, 16));
class IndexPartitioner {
 public:
  /// Throws std::invalid_argument for a negative size, and for less than 1 or more than 10,000,000 partitions.
  IndexPartitioner(std::int64_t size, std::int64_t partitions);

  /// How many indices there are.
  std::int64_t size() const { return static_cast<std::int64_t>(ranges_.size); }

  /// How many partitions there are.
  std::size_t numPartitions() const { return ranges_.ranges; }

  /// The partition of an index. Throws std::out_of_range for other keys.
  template <std::integral K>
  std::size_t getPartition(K index) const {
    if (detail::isNegative(index) || static_cast<std::uint64_t>(index) >= ranges_.size) [[unlikely]] {
      throwOutside(std::to_string(index));
    }
    return ranges_.rangeOf(static_cast<std::uint64_t>(index));
  }

  /// Whether both have the same numbers of indices and partitions.
  friend bool operator==(const IndexPartitioner&, const IndexPartitioner&) = default;

  /// Whether an RDD's partitioner is this one.
  friend bool operator==(const Partitioner& ofRDD, const IndexPartitioner& index) {
    return ofRDD.indexRanges() == index.ranges_;
  }

  /// @cond
  detail::IndexRanges ranges() const { return ranges_; }
  /// @endcond

 private:
  [[noreturn]] void throwOutside(const std::string& index) const;

  detail::IndexRanges ranges_;
};

/// Distributes keys by a function: to partition `f(key)` modulo the number of partitions, never negative, as in
/// PySpark. `f` must be able to travel, as the functions of transformations do, and return an integer, the same for
/// equal keys.
template <class F>
class FunctionPartitioner {
  static_assert(
      !detail::isCodePointer<F>,
      "FunctionPartitioner: a function pointer or std::function cannot travel to other ranks; pass a lambda or "
      "a function object");
  static_assert(detail::isCodePointer<F> || detail::isShippable<F>,
                "FunctionPartitioner: what this function captured cannot travel to other ranks; pass it with "
                "seltzer::with(state, f) or sc.broadcast(value)");

 public:
  /// @cond
  using Parts = std::tuple<std::uint64_t, detail::Function<F>>;
  /// @endcond

  /// Throws std::invalid_argument for less than 1 or more than 10,000,000 partitions.
  FunctionPartitioner(std::int64_t partitions, F f)
      : partitions_(detail::requirePartitionerSize(partitions)), function_(std::move(f)) {}

  /// @cond
  explicit FunctionPartitioner(Parts parts)
      : partitions_(std::get<0>(parts)), function_(std::move(std::get<1>(parts).call)) {}
  Parts parts() const { return {partitions_, detail::Function<F>{function_}}; }
  /// @endcond

  /// How many partitions there are.
  std::size_t numPartitions() const { return partitions_; }

  /// The partition of a key.
  template <class K>
  requires std::integral<std::remove_cvref_t<std::invoke_result_t<const F&, const K&>>> std::size_t getPartition(
      const K& key)
  const {
    const auto index = std::invoke(function_, key);
    if constexpr (std::is_signed_v<decltype(index)>) {
      const auto count = static_cast<std::int64_t>(partitions_);
      const std::int64_t rest = index % count;
      return static_cast<std::size_t>(rest < 0 ? rest + count : rest);
    } else {
      return static_cast<std::size_t>(index % partitions_);
    }
  }

 private:
  std::uint64_t partitions_;
  F function_;
};

/// A user-defined partitioner: `getPartition` must return an index in [0, numPartitions()), the same for equal keys. An
/// index outside fails the task.
template <class P, class K>
concept CustomPartitioner = requires(const P& partitioner, const K& key) {
  { partitioner.numPartitions() } -> std::integral;
  { partitioner.getPartition(key) } -> std::integral;
};

namespace detail {

/// As the concept, for static_asserts: the compiler would list why a concept is not satisfied.
template <class P, class K>
inline constexpr bool isCustomPartitioner = CustomPartitioner<P, K>;

/// The ranges of a RangePartitioner, padded at the end with empty partitions to `partitions`.
template <class K>
class RangePartitioning final : public KeyPartitioner<K> {
 public:
  explicit RangePartitioning(RangePartitioner<K> range, std::uint64_t partitions = 0)
      : range_(std::move(range)), partitions_(std::max<std::uint64_t>(partitions, range_.numPartitions())) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    auto bounds = parameters.read<std::vector<K>>();
    const bool ascending = parameters.read<std::uint8_t>() != 0;
    return newPartitioner<RangePartitioning>(RangePartitioner<K>(std::move(bounds), ascending),
                                             parameters.read<std::uint64_t>());
  }

  std::size_t numPartitions() const override { return partitions_; }
  std::size_t partitionOf(const K& key) const override { return range_.getPartition(key); }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<K>, RangePartitioning>::id);
    WireWriter writer(bytes);
    writer << range_.bounds() << static_cast<std::uint8_t>(range_.ascending()) << partitions_;
    return bytes;
  }
  bool mayHold(std::size_t partition, const K& least, const K& greatest) const override {
    const std::size_t a = range_.getPartition(least);
    const std::size_t b = range_.getPartition(greatest);
    return std::min(a, b) <= partition && partition <= std::max(a, b);
  }

 private:
  RangePartitioner<K> range_;
  std::uint64_t partitions_;
};

template <class K>
class IndexPartitioning final : public KeyPartitioner<K> {
 public:
  explicit IndexPartitioning(const IndexPartitioner& index) : index_(index) {}
  static std::shared_ptr<const KeyPartitioner<K>> make(WireReader& parameters) {
    const auto size = parameters.read<std::int64_t>();
    return newPartitioner<IndexPartitioning>(IndexPartitioner(size, parameters.read<std::int64_t>()));
  }

  std::size_t numPartitions() const override { return index_.numPartitions(); }
  std::size_t partitionOf(const K& key) const override { return index_.getPartition(key); }
  IndexRanges indexRanges() const override { return index_.ranges(); }
  Bytes encode() const override {
    Bytes bytes = toWire(Registered<KeyPartitioner<K>, IndexPartitioning>::id);
    WireWriter(bytes) << index_.size() << static_cast<std::int64_t>(index_.numPartitions());
    return bytes;
  }
  bool mayHold(std::size_t partition, const K& least, const K& greatest) const override {
    const IndexRange range = index_.ranges().of(partition);
    if (range.size == 0 || isNegative(greatest)) return false;
    return static_cast<std::uint64_t>(greatest) >= range.begin &&
           (isNegative(least) || static_cast<std::uint64_t>(least) < range.begin + range.size);
  }

 private:
  IndexPartitioner index_;
};

/// A partitioner as one of keys of type K, or null. A partitioner of the keys of pairs also partitions pairs: equal
/// pairs have equal keys.
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

/// How a by-key operation partitions its result: the operation's default, a number of partitions (by hash), or a
/// partitioner: a HashPartitioner, RangePartitioner, IndexPartitioner or FunctionPartitioner, another RDD's
/// `partitioner()`, or a user-defined one, an object with `numPartitions()` and `getPartition(key)` that can travel as
/// functions do. In operations on whole elements the elements are the keys. Throws std::invalid_argument as
/// HashPartitioner does.
template <class K>
class PartitioningSpec {
 public:
  /// The default of the operation.
  PartitioningSpec() = default;

  /// A number of partitions, by hash.
  template <std::integral Count>
  PartitioningSpec(Count partitions) : count_(static_cast<std::int64_t>(partitions)) {}

  /// A number of partitions, by hash; if empty, the default of the operation.
  PartitioningSpec(PartitionCount partitions) : count_(partitions) {}

  /// By hash.
  PartitioningSpec(HashPartitioner partitioner) {
    // A key without a hash is refused by the operation, in an error with the user's line.
    if constexpr (detail::hasHash<K>) {
      partitioner_ = detail::newPartitioner<detail::HashPartitioning<K>>(partitioner.numPartitions());
    }
  }

  /// By ranges.
  PartitioningSpec(const RangePartitioner<K>& partitioner)
      : partitioner_(detail::newPartitioner<detail::RangePartitioning<K>>(partitioner)) {}

  /// By ranges of indices.
  PartitioningSpec(const IndexPartitioner& partitioner) {
    static_assert(std::is_integral_v<K> && !std::is_same_v<K, bool>,
                  "IndexPartitioner: the keys must be of an integer type");
    if constexpr (std::is_integral_v<K> && !std::is_same_v<K, bool>) {
      partitioner_ = detail::newPartitioner<detail::IndexPartitioning<K>>(partitioner);
    }
  }

  /// The partitioner of another RDD. Throws std::invalid_argument for null, and for a partitioner of another key type.
  PartitioningSpec(const std::shared_ptr<const Partitioner>& partitioner)
      : partitioner_(detail::partitionerFor<K>(partitioner)) {
    if (!partitioner_) {
      throw std::invalid_argument(partitioner ? "the partitioner is for keys of another type"
                                              : "the partitioner is null: the RDD it is from has none");
    }
  }

  /// By a FunctionPartitioner or a user-defined partitioner, which travels as functions do.
  template <CustomPartitioner<K> P>
  PartitioningSpec(P partitioner) {
    static_assert(detail::isShippable<P>,
                  "partitioner: what this partitioner holds cannot travel to other ranks; give it a Boost "
                  "`serialize`, or plain values only");
    if constexpr (detail::isShippable<P>) {
      detail::requirePartitionerSize(static_cast<std::int64_t>(partitioner.numPartitions()));
      partitioner_ = detail::newPartitioner<detail::CustomPartitioning<K, P>>(std::move(partitioner));
    }
  }

  /// @cond
  // The given partitioner, or by hash for a number; null for the default. Throws std::invalid_argument for a number out
  // of range.
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner() const {
    if (!count_) return partitioner_;
    return detail::newPartitioner<detail::HashPartitioning<K>>(detail::requirePartitionerSize(*count_));
  }

  // The given number; empty for a partitioner.
  PartitionCount count() const { return count_; }
  /// @endcond

 private:
  PartitionCount count_;
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner_;
};

}  // namespace seltzer
