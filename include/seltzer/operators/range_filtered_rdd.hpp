#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <seltzer/data/key_order.hpp>
#include <seltzer/operators/key_partitioner.hpp>
#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// The pairs whose keys are in [least, greatest]. A partition of the parent that cannot hold any, as its partitioner
/// tells, is not computed.
template <class T>
class RangeFilteredRDD final
    : public OperatorWith<RangeFilteredRDD<T>, T, Owned<typename T::first_type>, Owned<typename T::first_type>,
                          PartitionerParameter<Owned<typename T::first_type>>> {
  using Key = Owned<typename T::first_type>;
  using Base = OperatorWith<RangeFilteredRDD<T>, T, Key, Key, PartitionerParameter<Key>>;

 public:
  static constexpr std::string_view kind = "RangeFilteredRDD";

  RangeFilteredRDD(const typename Base::Inputs& inputs, Key least, Key greatest, PartitionerParameter<Key> partitioner)
      : Base(inputs),
        parent_(parentOf<T>(inputs)),
        least_(std::move(least)),
        greatest_(std::move(greatest)),
        partitioner_(partitioner.partitioner) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    if (partitioner_ && !partitioner_->mayHold(partition, least_, greatest_)) return;
    this->transform(task, *parent_, partition, out, Yield::atMostOne, [this](std::span<T> batch, Emitter<T>& emit) {
      for (T& pair : batch) {
        if (!keyLess(pair.first, least_) && !keyLess(greatest_, pair.first)) emit(std::move(pair));
      }
    });
  }

 private:
  std::shared_ptr<Operator<T>> parent_;
  Key least_;
  Key greatest_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;  // of the parent, or null
};

}  // namespace seltzer::detail
