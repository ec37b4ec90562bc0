#include <utility>

#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/partitioner.hpp>

namespace seltzer {

Partitioner::~Partitioner() = default;

bool Partitioner::isKnownEqual(const Partitioner& other) const {
  return this == &other || (isSettled() && other.isSettled() && *this == other);
}

bool Partitioner::operator==(const Partitioner& other) const {
  return this == &other || (numPartitions() == other.numPartitions() && encode() == other.encode());
}

namespace detail {

IndexRanges indexRangesOf(const std::shared_ptr<const Partitioner>& partitioner) {
  return partitioner ? partitioner->indexRanges() : IndexRanges();
}

bool samePartitioner(const std::shared_ptr<const Partitioner>& a, const std::shared_ptr<const Partitioner>& b) {
  return a && b && a->isKnownEqual(*b);
}

std::shared_ptr<const Partitioner> share(UniquePointer<const Partitioner> partitioner) {
  return std::shared_ptr<const Partitioner>(partitioner.release());
}

}  // namespace detail
}  // namespace seltzer
