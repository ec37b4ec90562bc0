#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <seltzer/detail/data/key/key_order.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The pairs whose keys are in [least, greatest]. A partition that cannot hold any, by the parent's partitioner, is not
/// computed.
template <class T>
class RangeFilteredRDD final : public OneInputOperator<T, T> {
  using Key = Owned<typename T::first_type>;
  using Base = typename RangeFilteredRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "RangeFilteredRDD";
  using Parameters = detail::Parameters<Owned<typename T::first_type>, Owned<typename T::first_type>,
                                        PartitionerParameter<Owned<typename T::first_type>>>;

  RangeFilteredRDD(const typename Base::Inputs& inputs, Key least, Key greatest, PartitionerParameter<Key> partitioner)
      : Base(inputs), least_(std::move(least)), greatest_(std::move(greatest)), partitioner_(partitioner.partitioner) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    if (partitioner_ && !partitioner_->mayHold(partition, least_, greatest_)) return;
    this->transformParent(task, partition, out, Yield::atMostOne, [this](std::span<T> batch, Emitter<T>& emit) {
      for (T& pair : batch) {
        if (!keyLess(pair.first, least_) && !keyLess(greatest_, pair.first)) emit(std::move(pair));
      }
    });
  }

 private:
  Key least_;
  Key greatest_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;  // of the parent, or null
};

}  // namespace seltzer::detail
