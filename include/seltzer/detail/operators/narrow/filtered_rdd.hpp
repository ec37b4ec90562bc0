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
    this->transformParent(task, partition, out, Yield::atMostOne, Body{predicate_, out, out.onlyCounts()});
  }

 private:
  struct Body {
    const F& shared;
    Sink<T>& out;
    bool counts;

    /// Small elements are compacted faster than they are copied singly.
    bool onlyReads() const { return counts || (std::is_copy_constructible_v<T> && !CompactedWithoutBranches<T>); }

    void operator()(std::span<T> batch, Emitter<T>& emit) const {
      if (counts) {
        count(batch);
      } else {
        auto&& predicate = inRegisters(shared);
        emit.pass(
            batch.first(compact(batch, [&](const T& element) -> Kept { return std::invoke(predicate, element); })));
      }
    }
    void operator()(std::span<const T> batch, Emitter<T>& emit) const {
      if (counts) {
        count(batch);
      } else if constexpr (std::is_copy_constructible_v<T>) {
        auto&& predicate = inRegisters(shared);
        for (const T& element : batch) {
          if (std::invoke(predicate, element) && !emit(element)) return;
        }
      }
    }

    void count(std::span<const T> batch) const {
      auto&& predicate = inRegisters(shared);
      out.pushCount(countKept(batch, [&](const T& element) -> Kept { return std::invoke(predicate, element); }));
    }
  };

  F predicate_;
};

}  // namespace seltzer::detail
