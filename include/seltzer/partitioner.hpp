#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <seltzer/detail/data/key/index_ranges.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer {

/// A number of partitions, or empty for the default.
using PartitionCount = std::optional<std::int64_t>;

/// How the pairs of an RDD are assigned to its partitions by their keys: equal keys share a partition. RDDs made by
/// by-key operations have one, and operations that change no key preserve it.
class Partitioner {
 public:
  /// @cond
  Partitioner() = default;
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;
  virtual ~Partitioner();
  /// @endcond

  /// How many partitions there are. Runs no job.
  virtual std::size_t numPartitions() const = 0;

  /// @cond
  // Kind, key type and parameters in wire form. Settles the partitioner, as any request for a key's partition does.
  virtual detail::Bytes encode() const = 0;
  /// @endcond

  /// Whether it partitions by the hash of the key.
  virtual bool isHash() const { return false; }

  /// @cond
  // The ranges of an IndexPartitioner; empty for others.
  virtual detail::IndexRanges indexRanges() const { return {}; }
  /// @endcond

  /// False for a `sortByKey` that has not chosen its ranges yet.
  virtual bool isSettled() const { return true; }

  /// Makes a `sortByKey` choose its ranges, which runs the sort; does nothing if they are known.
  virtual void settle() const {}

  /// As `==`, but runs no job: false if it would take one.
  virtual bool isKnownEqual(const Partitioner& other) const;

  /// True if both are of the same kind and key type and have equal parameters, so that they assign every key to the
  /// same partition. May settle both.
  bool operator==(const Partitioner& other) const;
};

namespace detail {

/// Whether two RDDs are known to be partitioned alike; false if either has no partitioner. Runs no job.
bool samePartitioner(const std::shared_ptr<const Partitioner>& a, const std::shared_ptr<const Partitioner>& b);

/// Those of an IndexPartitioner; none for others, and for null.
IndexRanges indexRangesOf(const std::shared_ptr<const Partitioner>& partitioner);

/// The owner of a new partitioner; all kinds share one type of control block.
std::shared_ptr<const Partitioner> share(UniquePointer<const Partitioner> partitioner);

}  // namespace detail
}  // namespace seltzer
