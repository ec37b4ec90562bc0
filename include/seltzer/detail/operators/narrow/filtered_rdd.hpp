#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/batch/compact.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The parent's elements that satisfy a predicate.
template <class T, class F>
class FilteredRDD final : public OneInputOperator<T, T> {
  using Base = typename FilteredRDD::OneInputOperator;
  using Result = std::invoke_result_t<const F&, const T&>;
  /// Numbers are passed on: loops over them are vectorized in other widths than loops over bool.
  using Kept = std::conditional_t<std::is_arithmetic_v<Result>, Result, bool>;

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
      const auto isKept = [&](const T& element) -> Kept { return std::invoke(predicate, element); };
      if (counts) {
        out.pushCount(countKept(std::span<const T>(batch), isKept));
      } else {
        emit.pass(batch.first(compact(batch, isKept)));
      }
    });
  }

 private:
  F predicate_;
};

}  // namespace seltzer::detail
