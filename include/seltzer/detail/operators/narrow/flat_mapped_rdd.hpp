#pragma once

#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include <seltzer/detail/data/element/parts.hpp>
#include <seltzer/detail/functions/reads_only.hpp>
#include <seltzer/detail/operators/apply_function.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/partition_elements.hpp>

namespace seltzer::detail {

template <class F, class T, class U>
inline constexpr bool emitsFor = std::is_invocable_v<const F&, T&, Emit<U>&>;

/// Emits the elements of a range or an optional; moves them out of an rvalue that is not a view.
template <class Range, class T>
void emitAll(Range&& range, Emitter<T>& emit) {
  if constexpr (isOptional<std::remove_cvref_t<Range>>) {
    if (range) emit(*std::forward<Range>(range));
  } else {
    for (auto&& element : range) {
      if constexpr (std::is_lvalue_reference_v<Range> || std::ranges::view<std::remove_cvref_t<Range>>) {
        if (!emit(std::forward<decltype(element)>(element))) return;
      } else {
        if (!emit(std::move(element))) return;
      }
    }
  }
}

/// Any number of elements for each of the parent's: those of the range or optional that the function returns, or those
/// that it emits.
template <class T, class U, class F>
class FlatMappedRDD final : public OneInputOperator<T, U> {
  using Base = typename FlatMappedRDD::OneInputOperator;
  using Elements = std::conditional_t<readsOnly<F, T>, std::span<const T>, std::span<T>>;

 public:
  static constexpr std::string_view kind = "FlatMappedRDD";
  using Parameters = detail::Parameters<Function<F>>;

  FlatMappedRDD(const typename Base::Inputs& inputs, Function<F> function)
      : Base(inputs), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    this->transformParent(task, partition, out, yield(), [this](Elements batch, Emitter<U>& emit) {
      auto&& function = inRegisters(function_);
      for (auto& element : batch) {
        if constexpr (emitsFor<F, T, U>) {
          std::invoke(function, element, emit);
        } else {
          emitAll(applyTo(function, element), emit);
        }
        if (!emit.open()) return;
      }
    });
  }

 private:
  static constexpr Yield yield() {
    if constexpr (emitsFor<F, T, U>) {
      return Yield::any;
    } else {
      return isOptional<std::remove_cvref_t<AppliedResult<F, T>>> ? Yield::atMostOne : Yield::any;
    }
  }

  F function_;
};

}  // namespace seltzer::detail
