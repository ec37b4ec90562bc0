#pragma once

#include <cstdint>
#include <string_view>

#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/random_draw.hpp>

namespace seltzer::detail {

/// A random sample: each element with probability `fraction` or, with replacement, a Poisson(`fraction`) number of
/// times.
template <class T>
class SampledRDD final : public OneInputOperator<T, T> {
  using Base = typename SampledRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "SampledRDD";
  using Parameters = detail::Parameters<std::uint8_t, double, std::uint64_t>;

  SampledRDD(const typename Base::Inputs& inputs, std::uint8_t withReplacement, double fraction, std::uint64_t seed)
      : Base(inputs), withReplacement_(withReplacement != 0), fraction_(fraction), seed_(seed) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    std::uint64_t position = 0;
    this->transformParent(task, partition, out, withReplacement_ ? Yield::any : Yield::atMostOne,
                          [&](std::span<T> batch, Emitter<T>& emit) {
                            for (T& element : batch) {
                              for (std::uint64_t times = timesAt(partition, position++); times > 0; --times) {
                                if (!emit(element)) return;
                              }
                            }
                          });
  }

 private:
  std::uint64_t timesAt(std::size_t partition, std::uint64_t position) const {
    if (withReplacement_) return poissonAt(fraction_, seed_, partition, position);
    return uniformAt(seed_, partition, position) < fraction_ ? 1 : 0;
  }

  bool withReplacement_;
  double fraction_;
  std::uint64_t seed_;
};

}  // namespace seltzer::detail
