#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// All pairs, for each left element all right ones. A right partition is held in memory while its pairs are made.
template <class A, class B>
class CartesianRDD final : public OperatorWith<CartesianRDD<A, B>, std::pair<A, B>, std::uint64_t> {
  using Base = OperatorWith<CartesianRDD<A, B>, std::pair<A, B>, std::uint64_t>;

 public:
  static constexpr std::string_view kind = "CartesianRDD";

  CartesianRDD(const typename Base::Inputs& inputs, std::uint64_t rightPartitions)
      : Base(inputs),
        left_(parentOf<A>(inputs, 0)),
        right_(parentOf<B>(inputs, 1)),
        rightPartitions_(rightPartitions) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::pair<A, B>>& out) override {
    CollectSink<B> right;
    right_->run(task, partition % rightPartitions_, right);
    this->transform(task, *left_, partition / rightPartitions_, out,
                    [&right](std::span<A> batch, Emitter<std::pair<A, B>>& emit) {
                      for (const A& a : batch) {
                        for (const auto& b : right.elements) {
                          if (!emit(std::pair<A, B>(a, lend<B>(b)))) return;
                        }
                      }
                    });
  }

 private:
  std::shared_ptr<Operator<A>> left_;
  std::shared_ptr<Operator<B>> right_;
  std::uint64_t rightPartitions_;
};

}  // namespace seltzer::detail
