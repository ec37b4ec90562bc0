#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/aggregator.hpp>
#include <seltzer/detail/operators/shuffle/join_table.hpp>

namespace seltzer::detail {

/// Which sides of a join keep the pairs whose key the other side lacks.
enum class JoinKind : std::uint8_t { inner, leftOuter, rightOuter, fullOuter };

/// The pair of values in the result of a join of V and W.
template <class V, class W, JoinKind join>
using JoinedValues =
    std::pair<std::conditional_t<join == JoinKind::rightOuter || join == JoinKind::fullOuter, std::optional<V>, V>,
              std::conditional_t<join == JoinKind::leftOuter || join == JoinKind::fullOuter, std::optional<W>, W>>;

/// A hash join of two RDDs that are partitioned alike. One side streams past a table of the other: the right side in a
/// right outer join, the left side otherwise.
template <class K, class V, class W, JoinKind join>
class JoinedRDD final : public Operator<std::pair<K, JoinedValues<V, W, join>>> {
  using Joined = JoinedValues<V, W, join>;
  using Out = std::pair<K, Joined>;
  using Base = Operator<Out>;
  static constexpr bool streamsRight = join == JoinKind::rightOuter;
  using Streamed = std::conditional_t<streamsRight, W, V>;
  using Kept = std::conditional_t<streamsRight, V, W>;
  using Table = JoinTable<K, Kept>;

 public:
  static constexpr std::string_view kind = "JoinedRDD";
  using Parameters = detail::Parameters<>;

  explicit JoinedRDD(const typename Base::Inputs& inputs)
      : Base(inputs),
        streamed_(parentOf<std::pair<K, Streamed>>(inputs, streamsRight ? 1 : 0)),
        kept_(parentOf<std::pair<K, Kept>>(inputs, streamsRight ? 0 : 1)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    Table table;
    auto keep = sinkOf<std::pair<K, Kept>>([&](std::span<std::pair<K, Kept>> batch) {
      task.operation = this->id();
      table.add(batch);
      return true;
    });
    kept_.run(task, partition, keep);
    task.operation = this->id();
    Emitter<Out> emit(task, this->id(), out);
    this->transform(task, streamed_, partition, emit, Yield::any,
                    [&](std::span<std::pair<K, Streamed>> batch, Emitter<Out>& to) { stream(batch, table, to); });
    if constexpr (join == JoinKind::fullOuter) emitUnmatched(table, emit);
    emit.flush();
  }

 private:
  static void stream(std::span<std::pair<K, Streamed>> batch, Table& table, Emitter<Out>& emit) {
    table.find(
        batch.size(), [&batch](std::size_t i) -> const K& { return batch[i].first; },
        [&](std::size_t i, typename Table::Values* found) {
          if (!emit.open()) return;
          std::pair<K, Streamed>& streamed = batch[i];
          if (found == nullptr) {
            if constexpr (join != JoinKind::inner) emit(Out(streamed.first, joined(streamed.second, std::nullopt)));
            return;
          }
          if constexpr (join == JoinKind::fullOuter) found->matched = 1;
          table.forValues(*found, [&](const Kept& kept, bool last) {
            return last ? emit(Out(std::move(streamed.first), joined(std::move(streamed.second), kept)))
                        : emit(Out(streamed.first, joined(streamed.second, kept)));
          });
        });
  }

  template <class Value, class Other>
  static Joined joined(Value&& value, const Other& other) {
    if constexpr (streamsRight) {
      return Joined(other, std::forward<Value>(value));
    } else {
      return Joined(std::forward<Value>(value), other);
    }
  }

  static void emitUnmatched(Table& table, Emitter<Out>& emit) {
    table.forKeys([&](const K& key, const typename Table::Values& values) {
      if (values.matched || !emit.open()) return;
      table.forValues(values, [&](const Kept& kept, bool) { return emit(Out(key, Joined(std::nullopt, kept))); });
    });
  }

  Operator<std::pair<K, Streamed>>& streamed_;
  Operator<std::pair<K, Kept>>& kept_;
};

/// The pairs of the left RDD whose key the right one has (`wanted`) or lacks; both are partitioned alike.
template <class K, class V, class W, bool wanted>
class SemiJoinedRDD final : public Operator<std::pair<K, V>> {
  using Out = std::pair<K, V>;
  using Base = Operator<Out>;
  using Other = std::pair<K, W>;

 public:
  static constexpr std::string_view kind = "SemiJoinedRDD";
  using Parameters = detail::Parameters<>;

  explicit SemiJoinedRDD(const typename Base::Inputs& inputs)
      : Base(inputs), left_(parentOf<Out>(inputs, 0)), right_(parentOf<Other>(inputs, 1)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    AggregationTable<K, Nothing> keys(MemoryUse::group);
    auto keep = sinkOf<Other>([&](std::span<Other> batch) {
      task.operation = this->id();
      keys.upsert(
          batch.size(), [&batch](std::size_t i) -> K&& { return std::move(batch[i].first); },
          [](std::size_t) { return Nothing(); }, [](Nothing&, std::size_t) {});
      return true;
    });
    right_.run(task, partition, keep);
    this->transform(task, left_, partition, out, Yield::atMostOne, [&keys](std::span<Out> batch, Emitter<Out>& emit) {
      keys.findBatch(
          batch.size(), [&batch](std::size_t i) -> const K& { return batch[i].first; },
          [&](std::size_t i, const Nothing* found) {
            if ((found != nullptr) == wanted) emit(std::move(batch[i]));
          });
    });
  }

 private:
  Operator<Out>& left_;
  Operator<Other>& right_;
};

}  // namespace seltzer::detail
