#pragma once

#include <cstddef>
#include <cstdint>

namespace seltzer::test {

/// A user's partitioner of plain values.
struct Modulo {
  std::int64_t partitions;
  std::size_t numPartitions() const { return static_cast<std::size_t>(partitions); }
  std::int64_t getPartition(std::int64_t key) const { return (key % partitions + partitions) % partitions; }
};

}  // namespace seltzer::test
