#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/emit_table.hpp>
#include <seltzer/detail/operators/shuffle/external_groups.hpp>
#include <seltzer/detail/operators/shuffle/group_fold.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_write.hpp>

namespace seltzer::detail {

/// The values of each key of an RDD of pairs `T`, in the order of partitions and of elements. Keys are in first-seen
/// order. All pairs are shuffled: grouping within the map tasks would not make them fewer. If the parent is partitioned
/// by key already, there is no partitioner and no shuffle.
template <class T>
class GroupedRDD final
    : public OneInputOperator<T, std::pair<Owned<typename T::first_type>, std::vector<Owned<typename T::second_type>>>>,
      public ShuffleOperator {
  using Key = Owned<typename T::first_type>;
  using Value = Owned<typename T::second_type>;
  using Out = std::pair<Key, std::vector<Value>>;
  using Base = typename GroupedRDD::OneInputOperator;
  using Groups = ExternalGroups<Key, GroupFold<Value>, Value>;

 public:
  static constexpr std::string_view kind = "ShuffledRDD";
  using Parameters = detail::Parameters<RDDId, PartitionerParameter<Owned<typename T::first_type>>, IndexRanges>;

  GroupedRDD(const typename Base::Inputs& inputs, RDDId shuffle, PartitionerParameter<Key> partitioner,
             IndexRanges indices)
      : Base(inputs), shuffle_(shuffle), partitioner_(partitioner.partitioner), indices_(indices) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    // not as a pair, which may have padding
    return writePairs(task, this->id(), this->parent(), partition, *partitioner_,
                      [](WireWriter& writer, const T& pair) { writer << pair.first << pair.second; });
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    Groups groups(MemoryUse::group);
    groups.expectIndices(indices_.of(partition));
    if (partitioner_) {
      read(task, *shuffleBlockOf(this->blocks(), {shuffle_, partition}), groups);
    } else {
      auto sink = sinkOf<T>([&](std::span<T> batch) {
        task.operation = this->id();
        add(groups, batch);
        return true;
      });
      this->parent().run(task, partition, sink);
    }
    emitTable<Out>(task, this->id(), groups, out);
  }

 private:
  template <class Pair>
  static void add(Groups& groups, std::span<Pair> pairs) {
    groups.template add<0>(
        pairs.size(), [pairs](std::size_t i) -> auto&& { return std::move(pairs[i].first); },
        [pairs](std::size_t i) -> auto&& { return std::move(pairs[i].second); });
  }

  void read(TaskContext& task, const ShuffleBlock& block, Groups& groups) {
    PhaseScope phase(Phase::shuffleRead);
    task.operation = this->id();
    readPairs<Out, Key, Value>(task, block.segments(), [&groups](auto pairs) { add(groups, pairs); });
    groups.finish();
  }

  RDDId shuffle_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;  // null without a shuffle
  IndexRanges indices_;
};

}  // namespace seltzer::detail
