#pragma once

#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

#include <seltzer/detail/operators/narrow/map_partitions_rdd.hpp>

namespace seltzer::detail {

/// Pairs of the elements at the same position of the same partition.
template <class A, class B>
class ZippedRDD final : public Operator<std::pair<A, B>> {
  using Base = Operator<std::pair<A, B>>;

 public:
  static constexpr std::string_view kind = "ZippedRDD";
  using Parameters = detail::Parameters<>;

  explicit ZippedRDD(const typename Base::Inputs& inputs)
      : Base(inputs), left_(parentOf<A>(inputs, 0)), right_(parentOf<B>(inputs, 1)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::pair<A, B>>& out) override {
    PulledRange<B> right(pulledFrom(task, right_, partition, this->id(), [] {}), Pace::ofBatches, &out);
    Emitter<std::pair<A, B>> emit(task, this->id(), out);
    this->transform(
        task, left_, partition, emit, Yield::atMostOne, [&right](std::span<A> batch, Emitter<std::pair<A, B>>& to) {
          while (!batch.empty()) {
            const std::span<B> others = right.rest();
            if (others.empty())
              throw std::invalid_argument("zip: the right RDD has fewer elements in a partition than the left");
            const std::size_t count = std::min(batch.size(), others.size());
            to.generate(count,
                        [&](std::size_t i) { return std::pair<A, B>(std::move(batch[i]), std::move(others[i])); });
            if (!to.flush()) return;
            right.skip(count);
            batch = batch.subspan(count);
          }
        });
    if (emit.open() && !right.rest().empty()) {
      throw std::invalid_argument("zip: the left RDD has fewer elements in a partition than the right");
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const auto left = left_.knownSize(partition);
    return left && left == right_.knownSize(partition) ? left : std::nullopt;
  }

 private:
  Operator<A>& left_;
  Operator<B>& right_;
};

/// The result of a function of the partitions of the same index of several RDDs: `function(ranges...)` returns a range
/// or emits. The ranges that it reads end once no more of its output is needed.
template <class U, class F, class... Ts>
class ZippedPartitionsRDD final : public Operator<U> {
  using Base = Operator<U>;

 public:
  static constexpr std::string_view kind = "ZippedPartitionsRDD";
  using Parameters = detail::Parameters<Function<F>>;

  ZippedPartitionsRDD(const typename Base::Inputs& inputs, Function<F> function)
      : Base(inputs),
        parents_(parentsOf(inputs, std::index_sequence_for<Ts...>())),
        function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    Emitter<U> emit(task, this->id(), out);
    std::apply(
        [&](auto&... parents) {
          zip(task, emit,
              PulledRange<Ts>(pulledFrom(task, parents, partition, this->id(), FlushBorrowed<U>{emit}), Pace::ofReader,
                              &out, &emit.open())...);
        },
        parents_);
  }

 private:
  using Parents = std::tuple<Operator<Ts>&...>;

  template <std::size_t... Index>
  static Parents parentsOf(const typename Base::Inputs& inputs, std::index_sequence<Index...>) {
    return {parentOf<Ts>(inputs, Index)...};
  }

  void zip(TaskContext& task, Emitter<U>& emit, PulledRange<Ts>&&... ranges) {
    task.operation = this->id();
    if constexpr (std::is_invocable_v<const F&, PulledRange<Ts>&..., Emitter<U>&>) {
      std::invoke(function_, ranges..., emit);
    } else {
      emitAll(std::invoke(function_, ranges...), emit);
    }
    emit.flush();
  }

  Parents parents_;
  F function_;
};

}  // namespace seltzer::detail
