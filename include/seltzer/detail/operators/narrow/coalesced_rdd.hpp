#pragma once

#include <cstdint>
#include <string_view>

#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Concatenates consecutive partitions of the parent.
template <class T>
class CoalescedRDD final : public OneInputOperator<T, T> {
  using Base = typename CoalescedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "CoalescedRDD";
  using Parameters = detail::Parameters<std::uint64_t, std::uint64_t>;

  CoalescedRDD(const typename Base::Inputs& inputs, std::uint64_t parentPartitions, std::uint64_t partitions)
      : Base(inputs), parentPartitions_(parentPartitions), partitions_(partitions) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    Emitter<T> emit(task, this->id(), out);
    const std::size_t end = sliceBegin(partition + 1, parentPartitions_, partitions_);
    for (std::size_t p = sliceBegin(partition, parentPartitions_, partitions_); p < end && emit.open(); ++p) {
      this->transform(task, this->parent(), p, emit, Yield::atMostOne,
                      [](std::span<T> batch, Emitter<T>& to) { to.pass(batch); });
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    std::size_t size = 0;
    const std::size_t end = sliceBegin(partition + 1, parentPartitions_, partitions_);
    for (std::size_t p = sliceBegin(partition, parentPartitions_, partitions_); p < end; ++p) {
      const auto part = this->parent().knownSize(p);
      if (!part) return std::nullopt;
      size += *part;
    }
    return size;
  }

 private:
  std::uint64_t parentPartitions_;
  std::uint64_t partitions_;
};

}  // namespace seltzer::detail
