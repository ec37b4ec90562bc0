#pragma once

#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/cogrouped_value.hpp>
#include <seltzer/detail/operators/shuffle/combined_rdd.hpp>
#include <seltzer/detail/operators/shuffle/external_table.hpp>

namespace seltzer::detail {

/// For each key, a `Lists` of the values of several RDDs that are partitioned alike: a pair or tuple of vectors, one
/// for each RDD. Keys in first-seen order, the first RDD's before the others'.
template <class Lists, class K, class... Values>
class CoGroupedRDD final : public Operator<std::pair<K, Lists>> {
  using Out = std::pair<K, Lists>;
  using Base = Operator<Out>;
  using Fold = FoldIntoLists<Lists, Values...>;
  using Table = ExternalTable<K, Lists, typename Fold::Value, Fold>;

 public:
  static constexpr std::string_view kind = "CoGroupedRDD";
  using Parameters = detail::Parameters<>;

  explicit CoGroupedRDD(const typename Base::Inputs& inputs)
      : CoGroupedRDD(inputs, std::index_sequence_for<Values...>()) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    Table table(MemoryUse::group, Fold());
    addAll(task, partition, table, std::index_sequence_for<Values...>());
    emitTable<Out>(task, this->id(), table, out);
  }

 private:
  template <std::size_t... Index>
  CoGroupedRDD(const typename Base::Inputs& inputs, std::index_sequence<Index...>)
      : Base(inputs), parents_(parentOf<std::pair<K, Values>>(inputs, Index)...) {}

  template <std::size_t... Index>
  void addAll(TaskContext& task, std::size_t partition, Table& table, std::index_sequence<Index...>) {
    (add<Index>(task, partition, std::get<Index>(parents_), table), ...);
  }

  template <std::size_t index, class Pair>
  void add(TaskContext& task, std::size_t partition, Operator<Pair>& parent, Table& table) {
    using Value = CogroupedValue<typename Pair::second_type, index>;
    auto sink = sinkOf<Pair>([&](std::span<Pair> batch) {
      task.operation = this->id();
      const auto append = [&batch](Lists& lists, std::size_t i) {
        std::get<index>(lists).push_back(std::move(batch[i].second));
      };
      table.upsert(
          batch.size(), [&batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
          [&](std::size_t i) {
            Lists lists;
            append(lists, i);
            return lists;
          },
          append, [&batch](std::size_t i) { return Value{batch[i].second}; });
      return true;
    });
    parent.run(task, partition, sink);
    task.operation = this->id();
  }

  std::tuple<Operator<std::pair<K, Values>>&...> parents_;
};

}  // namespace seltzer::detail
