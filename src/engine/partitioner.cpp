#include <utility>

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

bool samePartitioner(const std::shared_ptr<const Partitioner>& a, const std::shared_ptr<const Partitioner>& b) {
  return a && b && a->isKnownEqual(*b);
}

std::shared_ptr<const Partitioner> share(std::unique_ptr<const Partitioner> partitioner) {
  return partitioner;
}

}  // namespace detail
}  // namespace seltzer
