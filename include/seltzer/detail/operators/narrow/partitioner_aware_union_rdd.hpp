#pragma once

#include <string_view>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The union of RDDs that are partitioned alike: partition i concatenates the parents' partitions i.
template <class T>
class PartitionerAwareUnionRDD final : public Operator<T> {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "PartitionerAwareUnionRDD";
  using Parameters = detail::Parameters<>;

  explicit PartitionerAwareUnionRDD(const typename Base::Inputs& inputs) : Base(inputs), parents_(inputs.parents) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    Emitter<T> emit(task, this->id(), out);
    for (OperatorBase* parent : parents_) {
      if (!emit.open()) return;
      this->transform(task, static_cast<Operator<T>&>(*parent), partition, emit, Yield::atMostOne,
                      [](std::span<T> batch, Emitter<T>& to) { to.pass(batch); });
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    std::size_t size = 0;
    for (const OperatorBase* parent : parents_) {
      const auto part = parent->knownSize(partition);
      if (!part) return std::nullopt;
      size += *part;
    }
    return size;
  }

 private:
  std::vector<OperatorBase*> parents_;
};

}  // namespace seltzer::detail
