#pragma once

#include <string_view>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Each partition's elements as one vector.
template <class T>
class GlommedRDD final : public OneInputOperator<T, std::vector<Owned<T>>> {
  using Base = typename GlommedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "GlommedRDD";
  using Parameters = detail::Parameters<>;

  using Base::Base;

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::vector<Owned<T>>>& out) override {
    CollectSink<T> collected;
    this->parent().run(task, partition, collected);
    Emitter<std::vector<Owned<T>>> emit(task, this->id(), out);
    emit(std::move(collected.elements));
    emit.flush();
  }

  std::optional<std::size_t> sizeOf(std::size_t) const override { return 1; }
};

}  // namespace seltzer::detail
