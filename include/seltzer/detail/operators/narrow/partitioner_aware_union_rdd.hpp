#pragma once

#include <cstdint>
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
  using Parameters = detail::Parameters<std::uint64_t>;

  PartitionerAwareUnionRDD(const typename Base::Inputs& inputs, std::uint64_t parents) : Base(inputs) {
    for (std::size_t i = 0; i < parents; ++i) parents_.push_back(&parentOf<T>(inputs, i));
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    Emitter<T> emit(task, this->id(), out);
    for (Operator<T>* parent : parents_) {
      if (!emit.open()) return;
      this->transform(task, *parent, partition, emit, Yield::atMostOne,
                      [](std::span<T> batch, Emitter<T>& to) { to.pass(batch); });
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    std::size_t size = 0;
    for (Operator<T>* parent : parents_) {
      const auto part = parent->knownSize(partition);
      if (!part) return std::nullopt;
      size += *part;
    }
    return size;
  }

 private:
  std::vector<Operator<T>*> parents_;
};

}  // namespace seltzer::detail
