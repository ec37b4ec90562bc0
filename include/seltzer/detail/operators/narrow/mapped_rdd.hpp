#pragma once

#include <cstdint>
#include <string_view>

#include <seltzer/detail/functions/reads_only.hpp>
#include <seltzer/detail/operators/apply_function.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/sequence.hpp>

namespace seltzer::detail {

/// One element for each of the parent's.
template <class T, class U, class F>
class MappedRDD final : public OneInputOperator<T, U> {
  using Base = typename MappedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "MappedRDD";
  using Parameters = detail::Parameters<Function<F>>;

  MappedRDD(const typename Base::Inputs& inputs, Function<F> function)
      : Base(inputs), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    this->transformParent(task, partition, out, Yield::atMostOne, Body{function_});
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return this->parent().knownSize(partition);
  }

 private:
  struct Body {
    const F& shared;

    void operator()(std::span<T> batch, Emitter<U>& emit) const {
      if constexpr (std::is_same_v<T, U> && std::is_move_assignable_v<T>) {
        auto&& function = inRegisters(shared);
        for (T& element : batch) assignResult(element, [&]() -> decltype(auto) { return applyTo(function, element); });
        emit.pass(batch);
      } else {
        generate(batch, emit);
      }
    }
    void operator()(std::span<const T> batch, Emitter<U>& emit) const requires readsOnly<F, T> {
      generate(batch, emit);
    }

    template <class Elements>
    void generate(Elements batch, Emitter<U>& emit) const {
      auto&& function = inRegisters(shared);
      emit.generate(batch.size(), [&](std::size_t i) -> decltype(auto) { return applyTo(function, batch[i]); });
    }

    void sequence(std::int64_t first, std::int64_t step, std::size_t count,
                  Emitter<U>& emit) const requires std::is_same_v<T, std::int64_t> {
      auto&& function = inRegisters(shared);
      forSequence(first, step, [&](auto at) {
        emit.generate(count, [&](std::size_t i) {
          T element = at(i);
          return U(applyTo(function, element));
        });
      });
    }
  };

  F function_;
};

}  // namespace seltzer::detail
