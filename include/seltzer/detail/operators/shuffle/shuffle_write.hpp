#pragma once

#include <memory>
#include <span>

#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/metrics/phase_clock.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/hot_key_sampling.hpp>

namespace seltzer::detail {

/// The output of a map task that sends the pairs of a partition as they are, each by `write(writer, pair)`.
template <class T, class Write>
UniquePointer<MapOutput> writePairs(TaskContext& task, RDDId operation, Operator<T>& parent, std::size_t partition,
                                    const KeyPartitioner<Owned<typename T::first_type>>& partitioner, Write write) {
  auto buckets = makeUnique<ShuffleBuckets>(partitioner.numPartitions());
  const PartitionOfKey<Owned<typename T::first_type>> partitionOf(partitioner);
  HotKeySampling sampling(partitioner.numPartitions(), partition);
  auto sink = sinkOf<T>([&](std::span<const T> batch) {
    PhaseScope phase(Phase::shuffleWrite);
    task.operation = operation;
    sampling.sample(batch);
    for (const T& pair : batch) {
      buckets->add(partitionOf(pair.first), [&](WireWriter& writer) { write(writer, pair); });
    }
    return true;
  });
  parent.run(task, partition, sink);
  buckets->complete();
  return buckets;
}

}  // namespace seltzer::detail
