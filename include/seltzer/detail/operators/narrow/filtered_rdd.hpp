#pragma once

#include <functional>
#include <string_view>

#include <seltzer/detail/data/batch/compact.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The parent's elements that satisfy a predicate.
template <class T, class F>
class FilteredRDD final : public OneInputOperator<T, T> {
  using Base = typename FilteredRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "FilteredRDD";
  using Parameters = detail::Parameters<Function<F>>;

  FilteredRDD(const typename Base::Inputs& inputs, Function<F> predicate)
      : Base(inputs), predicate_(std::move(predicate.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    this->transformParent(task, partition, out, Yield::atMostOne, [this](std::span<T> batch, Emitter<T>& emit) {
      auto&& predicate = inRegisters(predicate_);
      emit.pass(batch.first(compact(batch, [&](const T& element) -> bool { return std::invoke(predicate, element); })));
    });
  }

 private:
  F predicate_;
};

}  // namespace seltzer::detail
