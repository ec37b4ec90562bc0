#pragma once

#include <cstddef>
#include <memory>

#include <seltzer/net/bytes.hpp>

namespace seltzer {

/// How the pairs of an RDD stand in its partitions by their keys: pairs whose keys are equal stand in the same. An RDD
/// that a by-key operation made knows its own, and operations that change no key hand it on.
class Partitioner {
 public:
  Partitioner() = default;
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;
  virtual ~Partitioner() = default;

  virtual std::size_t numPartitions() const = 0;

  /// Kind, key type and parameters, as they travel.
  virtual detail::Bytes encode() const = 0;

  /// True if both put every key into a partition of the same index: they are of one kind, for one key type, and have
  /// equal parameters.
  bool operator==(const Partitioner& other) const { return this == &other || encode() == other.encode(); }
};

namespace detail {

/// Whether two RDDs are partitioned alike; false where one is not partitioned.
inline bool samePartitioner(const std::shared_ptr<const Partitioner>& a, const std::shared_ptr<const Partitioner>& b) {
  return a && b && *a == *b;
}

}  // namespace detail
}  // namespace seltzer
