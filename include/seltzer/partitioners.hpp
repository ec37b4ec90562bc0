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

inline std::size_t requirePartitionerSize(std::int64_t partitions) {
  const bool tooMany = partitions > static_cast<std::int64_t>(mostPartitions);
  if (partitions < 1 || tooMany) {
    throw std::invalid_argument("the number of partitions of a partitioner must be at least 1" +
                                (tooMany ? " and at most " + std::to_string(mostPartitions) : "") + ", not " +
                                std::to_string(partitions));
  }
  return static_cast<std::size_t>(partitions);
}

template <class K>
class RangePartitioning;

}  // namespace detail

/// Spreads keys evenly by their hash. Throws std::invalid_argument for less than 1 partition.
class HashPartitioner {
 public:
  /// Over so many partitions; at most 10,000,000.
  explicit HashPartitioner(std::int64_t partitions) : partitions_(detail::requirePartitionerSize(partitions)) {}

  /// How many partitions there are.
  std::size_t numPartitions() const { return partitions_; }

  /// Where an RDD whose keys are of type K has this key; a string literal is one of strings.
  template <class K>
  std::size_t getPartition(const K& key) const {
    using Hashed = std::conditional_t<std::is_convertible_v<const K&, const char*>, std::string_view, K>;
    return detail::partitionOfHash(Hash<Hashed>()(key), partitions_);
  }

  /// Whether both have as many partitions.
  friend bool operator==(const HashPartitioner&, const HashPartitioner&) = default;

  /// Whether an RDD with this partitioner is spread like that: `*rdd.partitioner() == HashPartitioner(8)`.
  friend bool operator==(const Partitioner& ofRDD, const HashPartitioner& hash) {
    return ofRDD.isHash() && ofRDD.numPartitions() == hash.numPartitions();
  }

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

  /// How many partitions there are: one more than bounds.
  std::size_t numPartitions() const { return bounds_.size() + 1; }

  /// The last key of each partition but the last.
  const std::vector<K>& bounds() const { return bounds_; }

  /// Whether the least keys come first.
  bool ascending() const { return ascending_; }

  /// Where this key goes. O(log n) of n bounds.
  std::size_t getPartition(const K& key) const { return detail::sectionOf(key, bounds_, {ascending_}); }

  /// Whether both have equal bounds and the same direction.
  friend bool operator==(const RangePartitioner& a, const RangePartitioner& b) {
    const auto same = [&a](const K& x, const K& y) { return !a.before(x, y) && !a.before(y, x); };
    return a.ascending_ == b.ascending_ &&
           std::equal(a.bounds_.begin(), a.bounds_.end(), b.bounds_.begin(), b.bounds_.end(), same);
  }

  /// Whether an RDD with this partitioner is spread like that.
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

/// Spreads keys by a function: to partition `f(key)` modulo their number, never negative, as pyspark does. `f` may be
/// passed as the functions of transformations may; it returns an integer, the same for equal keys.
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

  /// By `f(key)`, over so many partitions. Throws std::invalid_argument for less than 1.
  FunctionPartitioner(std::int64_t partitions, F f)
      : partitions_(detail::requirePartitionerSize(partitions)), function_(std::move(f)) {}

  /// @cond
  explicit FunctionPartitioner(Parts parts)
      : partitions_(std::get<0>(parts)), function_(std::move(std::get<1>(parts).call)) {}
  Parts parts() const { return {partitions_, detail::Function<F>{function_}}; }
  /// @endcond

  /// How many partitions there are.
  std::size_t numPartitions() const { return partitions_; }

  /// Where this key goes.
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

/// A partitioner of one's own: pairs whose keys are equal must get the same index, in [0, numPartitions()).
template <class P, class K>
concept CustomPartitioner = requires(const P& partitioner, const K& key) {
  { partitioner.numPartitions() } -> std::integral;
  { partitioner.getPartition(key) } -> std::integral;
};

namespace detail {

/// As the concept, for a static_assert: the compiler would tell why a concept is not satisfied.
template <class P, class K>
inline constexpr bool isCustomPartitioner = CustomPartitioner<P, K>;

/// The ranges of a RangePartitioner, and behind them empty partitions up to `partitions`, if these are more.
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

}  // namespace detail

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
class PartitioningSpec {
 public:
  /// Nothing said: the operation chooses.
  PartitioningSpec() = default;

  /// So many partitions, by hash.
  template <std::integral Count>
  PartitioningSpec(Count partitions) : count_(static_cast<std::int64_t>(partitions)) {}

  /// So many partitions, by hash; an empty one says nothing.
  PartitioningSpec(PartitionCount partitions) : count_(partitions) {}

  /// By hash.
  PartitioningSpec(HashPartitioner partitioner) {
    // Operations refuse keys that have no hash by themselves, in a sentence with the user's line.
    if constexpr (detail::hasHash<K>) {
      partitioner_ = detail::newPartitioner<detail::HashPartitioning<K>>(partitioner.numPartitions());
    }
  }

  /// By ranges.
  PartitioningSpec(const RangePartitioner<K>& partitioner)
      : partitioner_(detail::newPartitioner<detail::RangePartitioning<K>>(partitioner)) {}

  /// Of another RDD. Throws std::invalid_argument for null, or a partitioner of other keys.
  PartitioningSpec(const std::shared_ptr<const Partitioner>& partitioner)
      : partitioner_(detail::partitionerFor<K>(partitioner)) {
    if (!partitioner_) {
      throw std::invalid_argument(partitioner ? "the partitioner is for keys of another type"
                                              : "there is no partitioner: the RDD that was asked has none");
    }
  }

  /// By a FunctionPartitioner or a partitioner of one's own, which travels as functions do.
  template <CustomPartitioner<K> P>
  PartitioningSpec(P partitioner) {
    static_assert(detail::isShippable<P>,
                  "partitionBy: what this partitioner holds cannot travel to other ranks; give it a Boost "
                  "`serialize`, or plain values only");
    if constexpr (detail::isShippable<P>) {
      detail::requirePartitionerSize(static_cast<std::int64_t>(partitioner.numPartitions()));
      partitioner_ = detail::newPartitioner<detail::CustomPartitioning<K, P>>(std::move(partitioner));
    }
  }

  /// @cond
  // What was chosen, for a number the hash; null where nothing was said. Throws std::invalid_argument for a number
  // less than 1.
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner() const {
    if (!count_) return partitioner_;
    return detail::newPartitioner<detail::HashPartitioning<K>>(detail::requirePartitionerSize(*count_));
  }

  // The number that was chosen; none for a partitioner.
  PartitionCount count() const { return count_; }
  /// @endcond

 private:
  PartitionCount count_;
  std::shared_ptr<const detail::KeyPartitioner<K>> partitioner_;
};

}  // namespace seltzer
