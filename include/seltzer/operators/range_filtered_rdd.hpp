#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <seltzer/data/key_order.hpp>
#include <seltzer/operators/key_ranges.hpp>
#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// The pairs whose keys are in [least, greatest]. A partition of the parent that cannot hold any is not computed.
template <class T>
class RangeFilteredRDD final
    : public OperatorWith<RangeFilteredRDD<T>, T, Owned<typename T::first_type>, Owned<typename T::first_type>> {
  using Key = Owned<typename T::first_type>;
  using Base = OperatorWith<RangeFilteredRDD<T>, T, Key, Key>;

 public:
  static constexpr std::string_view kind = "RangeFilteredRDD";

  RangeFilteredRDD(const typename Base::Inputs& inputs, Key least, Key greatest)
      : Base(inputs),
        parent_(parentOf<T>(inputs)),
        ranges_(dynamic_cast<const KeyRanges<Key>*>(parent_.get())),
        least_(std::move(least)),
        greatest_(std::move(greatest)) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    if (ranges_ != nullptr && !ranges_->mayHold(partition, least_, greatest_)) return;
    this->transform(task, *parent_, partition, out, [this](std::span<T> batch, Emitter<T>& emit) {
      for (T& pair : batch) {
        if (!keyLess(pair.first, least_) && !keyLess(greatest_, pair.first)) emit(std::move(pair));
      }
    });
  }

 private:
  std::shared_ptr<Operator<T>> parent_;
  const KeyRanges<Key>* ranges_;  // of the parent, or null
  Key least_;
  Key greatest_;
};

}  // namespace seltzer::detail
