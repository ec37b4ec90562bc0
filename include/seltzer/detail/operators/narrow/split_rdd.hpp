#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/random_draw.hpp>

namespace seltzer::detail {

/// The elements whose uniform draw is in [lower, upper): RDDs with the same seed and adjacent intervals split their
/// parent.
template <class T>
class SplitRDD final : public OneInputOperator<T, T> {
  using Base = typename SplitRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "SplitRDD";
  using Parameters = detail::Parameters<double, double, std::uint64_t>;

  SplitRDD(const typename Base::Inputs& inputs, double lower, double upper, std::uint64_t seed)
      : Base(inputs), lower_(lower), upper_(upper), seed_(seed) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    std::uint64_t position = 0;
    this->transformParent(task, partition, out, Yield::atMostOne, [&](std::span<T> batch, Emitter<T>& emit) {
      for (T& element : batch) {
        const double draw = uniformAt(seed_, partition, position++);
        if (lower_ <= draw && draw < upper_ && !emit(std::move(element))) return;
      }
    });
  }

 private:
  double lower_;
  double upper_;
  std::uint64_t seed_;
};

}  // namespace seltzer::detail
