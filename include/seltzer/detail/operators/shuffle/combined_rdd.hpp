#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/data/aggregation/usual_size.hpp>
#include <seltzer/detail/data/block/shuffle_buckets.hpp>
#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/emit_table.hpp>
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

/// Combines the values of each key of an RDD of pairs `T` across a shuffle: first within each map task, then across map
/// tasks in partition order. Keys are in first-seen order. If the parent is partitioned by key already, there is no
/// partitioner and no shuffle.
template <class T, class A>
class CombinedRDD final : public OneInputOperator<T, std::pair<Owned<typename T::first_type>, typename A::Combiner>>,
                          public ShuffleOperator {
  using Key = Owned<typename T::first_type>;
  using Combiner = typename A::Combiner;
  using Out = std::pair<Key, Combiner>;
  using Base = typename CombinedRDD::OneInputOperator;
  /// Where combiners are values there is one table for both, to be compiled once.
  using Fold = std::conditional_t<SendsUncombined<T, A>, FoldValues<T, A>, FoldCombiners<A>>;
  using Table = ExternalTable<Key, Combiner, Combiner, Fold>;

 public:
  static constexpr std::string_view kind = "ShuffledRDD";
  using Parameters =
      detail::Parameters<RDDId, PartitionerParameter<Owned<typename T::first_type>>, IndexRanges, Function<A>>;

  CombinedRDD(const typename Base::Inputs& inputs, RDDId shuffle, PartitionerParameter<Key> partitioner,
              IndexRanges indices, Function<A> aggregator)
      : Base(inputs),
        shuffle_(shuffle),
        partitioner_(partitioner.partitioner),
        indices_(indices),
        aggregator_(std::move(aggregator.call)) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    auto buckets = makeUnique<ShuffleBuckets>(partitioner_->numPartitions());
    MapSideCombiner<T, A> combiner(aggregator_, *partitioner_, *buckets);
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
    buckets->complete();
    return buckets;
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    if (partitioner_) {
      Table table(MemoryUse::aggregation, Fold{&aggregator_});
      table.expectIndices(indices_.of(partition));
      usualSize_.reserve(table);
      merge(task, *shuffleBlockOf(this->blocks(), {shuffle_, partition}), table);
      usualSize_.remember(table);
      emitTable<Out>(task, this->id(), table, out);
    } else {
      ValueTable<T, A> table(MemoryUse::aggregation, FoldValues<T, A>{&aggregator_});
      table.expectIndices(indices_.of(partition));
      usualSize_.reserve(table);
      auto sink = sinkOf<T>([&](std::span<T> batch) {
        task.operation = this->id();
        table.add(batch);
        return true;
      });
      this->parent().run(task, partition, sink);
      usualSize_.remember(table);
      emitTable<Out>(task, this->id(), table, out);
    }
  }

 private:
  /// Merges what the map tasks wrote.
  void merge(TaskContext& task, const ShuffleBlock& block, Table& table) {
    PhaseScope phase(Phase::shuffleRead);
    task.operation = this->id();
    readPairs<Out, Key, Combiner>(task, block.segments(), [&table](auto pairs) { table.add(pairs); });
  }

  static inline UsualSize usualSize_;  // of the merged tables

  RDDId shuffle_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;  // null without a shuffle
  IndexRanges indices_;
  A aggregator_;
};

// distinct() of what programs have most: compiled once, with the library
extern template class CombinedRDD<std::pair<std::int64_t, Nothing>, PresenceAggregator<Nothing>>;
extern template class CombinedRDD<std::pair<std::string_view, Nothing>, PresenceAggregator<Nothing>>;

}  // namespace seltzer::detail
