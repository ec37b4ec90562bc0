#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/hot_key_sampling.hpp>
#include <seltzer/detail/operators/shuffle/map_side_combiner.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>
#include <seltzer/detail/operators/shuffle/value_table.hpp>

namespace seltzer::detail {

/// How the combiners of map tasks are combined if they were spilled.
template <class A>
struct FoldCombiners {
  using Combiner = typename A::Combiner;
  const A* aggregator;

  Combiner create(Combiner&& combiner) const { return std::move(combiner); }
  void merge(Combiner& combiner, Combiner&& next) const { aggregator->mergeCombiners(combiner, std::move(next)); }
};

/// The use under which the memory of combiners is accounted.
template <class A>
inline constexpr MemoryUse combinerUse = A::mapSideCombine ? MemoryUse::aggregation : MemoryUse::group;

/// Pushes the pairs of a table, moving them out.
template <class Element, class Table>
void emitTable(TaskContext& task, RDDId operation, Table& table, Sink<Element>& out) {
  Emitter<Element> emit(task, operation, out);
  table.forEach([&emit](std::uint64_t, auto& key, auto& combiner) {
    if (emit.open()) emit(Element(std::move(key), std::move(combiner)));
  });
  emit.flush();
}

/// Combines the values of each key of an RDD of pairs `T` across a shuffle: first within each map task, if the
/// aggregator has mapSideCombine, then across map tasks in partition order. Keys are in first-seen order. If the parent
/// is partitioned by key already, there is no partitioner and no shuffle.
template <class T, class A>
class CombinedRDD final : public OneInputOperator<T, std::pair<Owned<typename T::first_type>, typename A::Combiner>>,
                          public ShuffleOperator {
  using Key = Owned<typename T::first_type>;
  using Value = typename T::second_type;
  using Combiner = typename A::Combiner;
  using Out = std::pair<Key, Combiner>;
  using Base = typename CombinedRDD::OneInputOperator;
  /// What map tasks send: combiners or, without mapSideCombine, values.
  using Sent = std::conditional_t<A::mapSideCombine, Combiner, Owned<Value>>;
  /// Where combiners are values there is one table for both, to be compiled once.
  using Fold = std::conditional_t<A::mapSideCombine && !SendsUncombined<T, A>, FoldCombiners<A>, FoldValues<T, A>>;
  using Table = ExternalTable<Key, Combiner, Sent, Fold>;

 public:
  static constexpr std::string_view kind = "ShuffledRDD";
  using Parameters = detail::Parameters<RDDId, PartitionerParameter<Owned<typename T::first_type>>, Function<A>>;

  CombinedRDD(const typename Base::Inputs& inputs, RDDId shuffle, PartitionerParameter<Key> partitioner,
              Function<A> aggregator)
      : Base(inputs),
        shuffle_(shuffle),
        partitioner_(partitioner.partitioner),
        aggregator_(std::move(aggregator.call)) {}

  std::unique_ptr<MapOutput> write(TaskContext& task, std::size_t partition) override {
    auto buckets = std::make_unique<ShuffleBuckets>(partitioner_->numPartitions());
    if constexpr (A::mapSideCombine) {
      writeCombined(task, partition, *buckets);
    } else {
      writeValues(task, partition, *buckets);
    }
    buckets->complete();
    return buckets;
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    if (partitioner_) {
      Table table(combinerUse<A>, Fold{&aggregator_});
      merge(task, *shuffleBlockOf(this->blocks(), {shuffle_, partition}), table);
      emitTable<Out>(task, this->id(), table, out);
    } else {
      ValueTable<T, A> table(combinerUse<A>, FoldValues<T, A>{&aggregator_});
      auto sink = sinkOf<T>([&](std::span<T> batch) {
        task.operation = this->id();
        table.add(batch);
        return true;
      });
      this->parent().run(task, partition, sink);
      emitTable<Out>(task, this->id(), table, out);
    }
  }

 private:
  void writeCombined(TaskContext& task, std::size_t partition, ShuffleBuckets& buckets) {
    MapSideCombiner<T, A> combiner(aggregator_, *partitioner_, buckets);
    HotKeySampling sampling(partitioner_->numPartitions(), partition);
    auto sink = sinkOf<T>([&](std::span<T> batch) {
      task.operation = this->id();
      sampling.sample(batch);
      combiner.add(batch);
      return true;
    });
    this->parent().run(task, partition, sink);
    task.operation = this->id();
    combiner.finish();
  }

  void writeValues(TaskContext& task, std::size_t partition, ShuffleBuckets& buckets) {
    const PartitionOfKey<Key> partitionOf(*partitioner_);
    HotKeySampling sampling(partitioner_->numPartitions(), partition);
    auto sink = sinkOf<T>([&](std::span<T> batch) {
      PhaseScope phase(Phase::shuffleWrite);
      task.operation = this->id();
      sampling.sample(batch);
      for (const T& pair : batch) {
        buckets.add(partitionOf(pair.first), [&pair](WireWriter& writer) { writer << pair.first << pair.second; });
      }
      return true;
    });
    this->parent().run(task, partition, sink);
  }

  /// Merges what the map tasks wrote.
  void merge(TaskContext& task, const ShuffleBlock& block, Table& table) {
    PhaseScope phase(Phase::shuffleRead);
    task.operation = this->id();
    std::vector<std::pair<typename ReadInPlace<Key>::Type, Sent>> received;
    readSegments<Out>(task, block.segments(), [&](WireReader& reader, std::size_t count) {
      received.clear();
      for (std::size_t i = 0; i < count; ++i) {
        auto key = ReadInPlace<Key>::read(reader);
        received.emplace_back(std::move(key), reader.read<Sent>());
      }
      table.add(std::span(received));
      return true;
    });
  }

  RDDId shuffle_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;  // null without a shuffle
  A aggregator_;
};

}  // namespace seltzer::detail
