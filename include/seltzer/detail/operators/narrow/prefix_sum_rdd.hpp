#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/action/aggregate_fold.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The addition of `prefixSum` without a function.
struct CheckedPlus {
  template <class Sum, class Number>
  Sum operator()(Sum sum, Number number) const {
    if constexpr (std::is_integral_v<Sum>) {
      if (__builtin_add_overflow(sum, number, &sum)) {
        throw std::overflow_error("a sum does not fit 64 bits; map the elements to double");
      }
      return sum;
    } else {
      return sum + static_cast<Sum>(number);
    }
  }
};

/// For each element, the combination of all elements up to it or, if `exclusive`, before it: that of those in its
/// partition, from the neutral value, combined with `starts[partition]`, that of the partitions before.
template <class T, class U, class F>
class PrefixSumRDD final : public OneInputOperator<T, U> {
  using Base = typename PrefixSumRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "PrefixSumRDD";
  using Parameters = detail::Parameters<std::vector<U>, U, std::uint8_t, Function<F>>;

  PrefixSumRDD(const typename Base::Inputs& inputs, std::vector<U> starts, U neutral, std::uint8_t exclusive,
               Function<F> function)
      : Base(inputs),
        starts_(std::move(starts)),
        neutral_(std::move(neutral)),
        exclusive_(exclusive != 0),
        function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    const U start = starts_[partition];
    U sum = neutral_;
    this->transformParent(task, partition, out, Yield::atMostOne, [&](std::span<T> batch, Emitter<U>& emit) {
      for (T& element : batch) {
        if (exclusive_) emit(after(start, sum));
        accumulate(sum, function_, std::move(element));
        if (!exclusive_) emit(after(start, sum));
      }
    });
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return this->parent().knownSize(partition);
  }

 private:
  U after(const U& start, const U& sum) const {
    U whole = start;
    accumulate(whole, function_, U(sum));
    return whole;
  }

  std::vector<U> starts_;
  U neutral_;
  bool exclusive_;
  F function_;
};

}  // namespace seltzer::detail
