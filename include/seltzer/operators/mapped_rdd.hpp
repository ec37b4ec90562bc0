#pragma once

#include <string_view>

#include <seltzer/operators/apply_function.hpp>
#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// One element for each of the parent's.
template <class T, class U, class F>
class MappedRDD final : public OperatorWith<MappedRDD<T, U, F>, U, Function<F>> {
  using Base = OperatorWith<MappedRDD<T, U, F>, U, Function<F>>;

 public:
  static constexpr std::string_view kind = "MappedRDD";

  MappedRDD(const typename Base::Inputs& inputs, Function<F> function)
      : Base(inputs), parent_(parentOf<T>(inputs)), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<U>& out) override {
    this->transform(task, *parent_, partition, out, [this](std::span<T> batch, Emitter<U>& emit) {
      auto&& function = inRegisters(function_);
      if constexpr (std::is_same_v<T, U> && std::is_move_assignable_v<T>) {
        for (T& element : batch) element = applyTo(function, element);
        emit.pass(batch);
      } else {
        emit.generate(batch.size(), [&](std::size_t i) -> decltype(auto) { return applyTo(function, batch[i]); });
      }
    });
  }

 private:
  std::shared_ptr<Operator<T>> parent_;
  F function_;
};

}  // namespace seltzer::detail
