#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <seltzer/detail/operators/narrow/key_fractions.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/random_draw.hpp>

namespace seltzer::detail {

/// A random sample of pairs: each with the fraction of its key as probability or, with replacement, as mean of a
/// Poisson number of times.
template <class T>
class KeySampledRDD final : public OneInputOperator<T, T> {
  using Fractions = KeyFractions<Owned<typename T::first_type>>;
  using Base = typename KeySampledRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "KeySampledRDD";
  using Parameters =
      detail::Parameters<std::uint8_t, typename KeyFractions<Owned<typename T::first_type>>::Pairs, std::uint64_t>;

  KeySampledRDD(const typename Base::Inputs& inputs, std::uint8_t withReplacement,
                const typename Fractions::Pairs& fractions, std::uint64_t seed)
      : Base(inputs), withReplacement_(withReplacement != 0), fractions_(fractions), seed_(seed) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    std::uint64_t position = 0;
    this->transformParent(task, partition, out, withReplacement_ ? Yield::any : Yield::atMostOne,
                          [&](std::span<T> batch, Emitter<T>& emit) {
                            for (T& pair : batch) {
                              for (std::uint64_t times = timesAt(fractions_(pair.first), partition, position++);
                                   times > 0; --times) {
                                if (!emit(pair)) return;
                              }
                            }
                          });
  }

 private:
  std::uint64_t timesAt(double fraction, std::size_t partition, std::uint64_t position) const {
    if (withReplacement_) return poissonAt(fraction, seed_, partition, position);
    return uniformAt(seed_, partition, position) < fraction ? 1 : 0;
  }

  bool withReplacement_;
  Fractions fractions_;
  std::uint64_t seed_;
};

}  // namespace seltzer::detail
