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
    const bool counts = out.onlyCounts();
    this->transformParent(task, partition, out, Yield::atMostOne, [&](std::span<T> batch, Emitter<T>& emit) {
      auto&& predicate = inRegisters(predicate_);
      const auto isKept = [&](const T& element) -> bool { return std::invoke(predicate, element); };
      if (counts) {
        std::size_t kept = 0;
        for (const T& element : batch) kept += isKept(element) ? 1 : 0;
        out.pushCount(kept);
      } else {
        emit.pass(batch.first(compact(batch, isKept)));
      }
    });
  }

 private:
  F predicate_;
};

}  // namespace seltzer::detail
