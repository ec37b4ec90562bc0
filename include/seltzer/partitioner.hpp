#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <seltzer/detail/net/bytes.hpp>

namespace seltzer {

/// A number of partitions, or nothing for the default.
using PartitionCount = std::optional<std::int64_t>;

/// How the pairs of an RDD stand in its partitions by their keys: pairs whose keys are equal stand in the same. An RDD
/// that a by-key operation made knows its own, and operations that change no key hand it on.
class Partitioner {
 public:
  /// @cond
  Partitioner() = default;
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;
  virtual ~Partitioner() = default;
  /// @endcond

  /// How many partitions there are. Runs no job.
  virtual std::size_t numPartitions() const = 0;

  /// @cond
  // Kind, key type and parameters, as they travel. As whatever asks for a partition, it settles.
  virtual detail::Bytes encode() const = 0;
  /// @endcond

  /// Whether the partition is by the hash of the key.
  virtual bool isHash() const { return false; }

  /// False before a `sortByKey` has chosen its ranges; `settle` has it choose them, in a job.
  virtual bool isSettled() const { return true; }

  /// Has a `sortByKey` choose its ranges, which runs the sort; does nothing where they are known.
  virtual void settle() const {}

  /// As `==`, without a job: false where it would take one.
  virtual bool isKnownEqual(const Partitioner& other) const {
    return this == &other || (isSettled() && other.isSettled() && *this == other);
  }

  /// True if both put every key into a partition of the same index: they are of one kind, for one key type, and have
  /// equal parameters. Settles both where their kinds have to be asked.
  bool operator==(const Partitioner& other) const {
    return this == &other || (numPartitions() == other.numPartitions() && encode() == other.encode());
  }
};

namespace detail {

/// Whether two RDDs are known to be partitioned alike; false where one is not partitioned. Runs no job.
inline bool samePartitioner(const std::shared_ptr<const Partitioner>& a, const std::shared_ptr<const Partitioner>& b) {
  return a && b && a->isKnownEqual(*b);
}

}  // namespace detail
}  // namespace seltzer
