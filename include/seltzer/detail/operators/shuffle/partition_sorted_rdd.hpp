#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <seltzer/detail/data/sort/stable_sort.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/element_row_output.hpp>
#include <seltzer/detail/operators/shuffle/external_sort.hpp>
#include <seltzer/detail/operators/shuffle/merge_segments.hpp>
#include <seltzer/detail/operators/shuffle/pair_key.hpp>

namespace seltzer::detail {

/// The pairs of an RDD, partitioned by key, each partition sorted by key. When a map task runs short of memory, all its
/// runs go to the scratch file as one, sorted by partition and key.
template <class T>
class PartitionSortedRDD final : public OneInputOperator<T, Owned<T>>, public ShuffleOperator {
  using Key = Owned<typename T::first_type>;
  using Out = Owned<T>;
  using Base = typename PartitionSortedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "PartitionSortedRDD";
  using Parameters = detail::Parameters<RDDId, PartitionerParameter<Owned<typename T::first_type>>, std::uint8_t>;

  PartitionSortedRDD(const typename Base::Inputs& inputs, RDDId shuffle, PartitionerParameter<Key> partitioner,
                     std::uint8_t ascending)
      : Base(inputs), shuffle_(shuffle), partitioner_(partitioner.partitioner), ascending_(ascending != 0) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    const auto makeRuns = [this] { return makeUnique<ElementRowOutputs<Out>>(partitioner_->numPartitions()); };
    auto output = makeRuns();
    ExternalSort<Out, PairKey> sort(PairKey(), ascending_);
    const PartitionOfKey<Key> partitionOf(*partitioner_);
    std::uint64_t records = 0;
    std::size_t held = 0;  // of them, in `output`
    const auto spill = [&] {
      PhaseScope phase(Phase::shuffleWrite);
      sort.addRun(*output);
      output = makeRuns();
      held = 0;
    };
    auto sink = sinkOf<T>([&](std::span<T> batch) {
      task.operation = this->id();
      std::size_t target = 0;
      for (T& pair : batch) {
        target = partitionOf(pair.first);
        output->run(target).push_back(toOwned(std::move(pair)));
      }
      records += batch.size();
      held += batch.size();
      if (!batch.empty()) output->countHeap(target, batch.size());
      if (mustSpill(held * sizeof(Out) + output->otherBytes(), held * stableSortMemory)) spill();
      return true;
    });
    this->parent().run(task, partition, sink);
    task.operation = this->id();
    PhaseScope phase(Phase::shuffleWrite);
    phaseClock().count(Phase::shuffleWrite, 0, records);
    if (!sort.hasRuns()) {
      output->forRuns([this](ChunkedVector<Out>& run) { stableSort(run, PairKey(), ascending_); });
      return output;
    }
    if (held > 0) spill();
    auto merged = makeUnique<ElementRowOutput<Out>>();
    sort.finish(*merged);
    return merged;
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    mergeSegments(task, this->id(), *shuffleBlockOf(this->blocks(), {shuffle_, partition}), PairKey(), ascending_, out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return shuffleBlockOf(this->blocks(), {shuffle_, partition})->records();
  }

 private:
  RDDId shuffle_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;
  bool ascending_;
};

}  // namespace seltzer::detail
