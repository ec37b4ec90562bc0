#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "random_lineage_case.hpp"

// Where elements go. A key's partition is up to the partitioner, so the library is asked for it; that the right
// partitioner is used is checked.

namespace seltzer::test {

/// A user's partitioner.
struct RemainderPartitioner {
  std::int64_t partitions;
  std::int64_t salt;
  std::size_t numPartitions() const { return static_cast<std::size_t>(partitions); }
  template <class K>
  std::size_t getPartition(const K& key) const {
    return mixed(keyOf(key), static_cast<std::uint64_t>(salt)) % numPartitions();
  }
};

/// The partitioning passed to a by-key operation, and the one expected.
template <class K>
struct Target {
  PartitioningSpec<K> given;
  PartitioningSpec<K> wanted;  ///< unset if there are no partitions
  std::string text;

  template <class... Values>
  Placement placement(const Parts<std::pair<K, Values>>&... parents) const {
    Placement placement;
    if (!wanted.partitioner()) return placement;
    placement.partitions = wanted.partitioner()->numPartitions();
    const auto place = [&](const auto& parts) {
      for (const auto& part : parts) {
        for (const auto& pair : part) placement.of[keyOf(pair.first)] = wanted.partitioner()->partitionOf(pair.first);
      }
    };
    (place(parents), ...);
    return placement;
  }
};

/// The default: the partitioner of the largest parent that has one, else a hash over as many partitions as the
/// largest parent has.
template <class K, class... Ts>
PartitioningSpec<K> defaultChoice(const Dataset<Ts>&... parents) {
  std::size_t largest = 0;
  std::size_t most = 0;
  std::shared_ptr<const Partitioner> known;
  const auto look = [&](const auto& parent) {
    largest = std::max(largest, parent.parts.size());
    if (!parent.partitioned || parent.parts.size() <= most)
      return;  // a parent without partitions does not count, as in Spark
    known = parent.rdd.partitioner();
    most = parent.parts.size();
  };
  (look(parents), ...);
  if (known) return PartitioningSpec<K>(known);
  return largest == 0 ? PartitioningSpec<K>() : PartitioningSpec<K>(static_cast<std::int64_t>(largest));
}

/// A random target; `byDefault` is the expectation if none is passed.
template <class K, class T>
Target<K> drawTarget(Case& lineage, const Dataset<T>& dataset, const PartitioningSpec<K>& byDefault) {
  const std::size_t kind = lineage.draw(8);
  if (kind < 3) return {{}, byDefault, ""};
  const std::int64_t n = lineage.partitionCount();
  if (kind < 6) return {n, n, fmt::format("{}", n)};
  if (kind < 7) {
    const RemainderPartitioner own{n, static_cast<std::int64_t>(lineage.draw(2))};
    return {own, own, fmt::format("own partitioner of {}", n)};
  }
  const RangePartitioner<K> range(n, dataset.rdd);
  return {range, range, fmt::format("range partitioner of {}, from {}", range.numPartitions(), dataset.name)};
}

/// The placement of whole elements taken as keys.
template <class T>
struct ElementTarget {
  Placement placement;
  bool keepsPartitioner = false;
};

/// By hash over n partitions, or by the partitioner of the first parent that has one of n partitions.
template <class T>
ElementTarget<T> elementTarget(std::size_t n, const std::vector<const Dataset<T>*>& parents) {
  ElementTarget<T> target;
  target.placement.partitions = n;
  const auto place = [&](auto partitionOf) {
    for (const Dataset<T>* parent : parents) {
      for (const auto& part : parent->parts) {
        for (const T& element : part) target.placement.of[keyOf(element)] = partitionOf(element);
      }
    }
  };
  if constexpr (Pair<T>) {
    for (const Dataset<T>* parent : parents) {
      if (!parent->partitioned || parent->parts.size() != n) continue;
      target.keepsPartitioner = true;
      if (n == 0) return target;
      const PartitioningSpec<typename T::first_type> choice(parent->rdd.partitioner());
      place([&](const T& element) { return choice.partitioner()->partitionOf(element.first); });
      return target;
    }
  }
  if (n == 0) return target;
  const PartitioningSpec<T> choice(static_cast<std::int64_t>(n));
  place([&](const T& element) { return choice.partitioner()->partitionOf(element); });
  return target;
}

}  // namespace seltzer::test
