#pragma once

#include <cstdint>
#include <string_view>

#include <seltzer/detail/engine/partition_slice.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/sequence.hpp>

namespace seltzer::detail {

/// The numbers start, start + step, ...: `count` of them, computed where they are used.
class RangeRDD final : public Operator<std::int64_t> {
 public:
  static constexpr std::string_view kind = "RangeRDD";
  using Parameters = detail::Parameters<std::int64_t, std::int64_t, std::uint64_t, std::uint64_t>;

  RangeRDD(const Inputs& inputs, std::int64_t start, std::int64_t step, std::uint64_t count, std::uint64_t partitions)
      : Operator(inputs), start_(start), step_(step), count_(count), partitions_(partitions) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::int64_t>& out) override {
    // Unsigned arithmetic wraps, so intermediate values cannot overflow.
    const auto step = static_cast<std::uint64_t>(step_);
    const std::size_t end = sliceBegin(partition + 1, count_, partitions_);
    Emitter<std::int64_t> emit(task, id(), out);
    for (std::size_t i = sliceBegin(partition, count_, partitions_); i < end && emit.open();) {
      const std::size_t chunk = std::min({end - i, batchCapacity<std::int64_t>, out.demand()});
      const auto first = static_cast<std::int64_t>(static_cast<std::uint64_t>(start_) + i * step);
      if (out.takesSequences()) {
        if (!out.pushSequence(first, step_, chunk)) return;
      } else {
        forSequence(first, step_, [&](auto at) { emit.generate(chunk, at); });
        emit.flush();
      }
      i += chunk;
      task.tick();
    }
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return sliceBegin(partition + 1, count_, partitions_) - sliceBegin(partition, count_, partitions_);
  }

 private:
  std::int64_t start_;
  std::int64_t step_;
  std::uint64_t count_;
  std::uint64_t partitions_;
};

}  // namespace seltzer::detail
