#pragma once

#include <cstdint>
#include <string_view>

#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Element i is f(i), computed on the rank that needs it.
template <class T, class F>
class GeneratedRDD final : public Operator<T> {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "GeneratedRDD";
  using Parameters = detail::Parameters<std::uint64_t, std::uint64_t, Function<F>>;

  GeneratedRDD(const typename Base::Inputs& inputs, std::uint64_t count, std::uint64_t partitions, Function<F> function)
      : Base(inputs), count_(count), partitions_(partitions), function_(std::move(function.call)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    const std::size_t end = sliceBegin(partition + 1, count_, partitions_);
    Emitter<T> emit(task, this->id(), out);
    auto&& function = inRegisters(function_);
    task.operation = this->id();
    for (std::size_t i = sliceBegin(partition, count_, partitions_); i < end && emit.open();) {
      const std::size_t chunk = std::min(end - i, batchCapacity<T>);
      emit.generate(chunk, [&function, i](std::size_t j) -> decltype(auto) {
        return function(static_cast<std::int64_t>(i + j));
      });
      emit.flush();
      i += chunk;
      task.tick();
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return sliceBegin(partition + 1, count_, partitions_) - sliceBegin(partition, count_, partitions_);
  }

 private:
  std::uint64_t count_;
  std::uint64_t partitions_;
  F function_;
};

}  // namespace seltzer::detail
