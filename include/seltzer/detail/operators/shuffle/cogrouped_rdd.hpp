#pragma once

#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/emit_table.hpp>
#include <seltzer/detail/operators/shuffle/external_groups.hpp>
#include <seltzer/detail/operators/shuffle/group_fold.hpp>

namespace seltzer::detail {

/// For each key, a `Lists` of the values of several RDDs that are partitioned alike: a pair or tuple of vectors, one
/// for each RDD. Keys in first-seen order, the first RDD's before the others'.
template <class Lists, class K, class... Values>
class CoGroupedRDD final : public Operator<std::pair<K, Lists>> {
  using Out = std::pair<K, Lists>;
  using Base = Operator<Out>;
  using Groups = ExternalGroups<K, CogroupFold<Lists, Values...>, Values...>;

 public:
  static constexpr std::string_view kind = "CoGroupedRDD";
  using Parameters = detail::Parameters<IndexRanges>;

  CoGroupedRDD(const typename Base::Inputs& inputs, IndexRanges indices)
      : CoGroupedRDD(inputs, indices, std::index_sequence_for<Values...>()) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    Groups groups(MemoryUse::group);
    groups.expectIndices(indices_.of(partition));
    addAll(task, partition, groups, std::index_sequence_for<Values...>());
    emitTable<Out>(task, this->id(), groups, out);
  }

 private:
  template <std::size_t... Index>
  CoGroupedRDD(const typename Base::Inputs& inputs, IndexRanges indices, std::index_sequence<Index...>)
      : Base(inputs), indices_(indices), parents_(parentOf<std::pair<K, Values>>(inputs, Index)...) {}

  template <std::size_t... Index>
  void addAll(TaskContext& task, std::size_t partition, Groups& groups, std::index_sequence<Index...>) {
    (add<Index>(task, partition, std::get<Index>(parents_), groups), ...);
  }

  template <std::size_t index, class Pair>
  void add(TaskContext& task, std::size_t partition, Operator<Pair>& parent, Groups& groups) {
    auto sink = sinkOf<Pair>([&](std::span<Pair> batch) {
      task.operation = this->id();
      groups.template add<index>(
          batch.size(), [batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
          [batch](std::size_t i) -> auto&& { return std::move(batch[i].second); });
      return true;
    });
    parent.run(task, partition, sink);
    task.operation = this->id();
  }

  IndexRanges indices_;
  std::tuple<Operator<std::pair<K, Values>>&...> parents_;
};

}  // namespace seltzer::detail
