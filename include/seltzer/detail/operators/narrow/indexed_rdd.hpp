#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// Each element with a number. The element at index i of a partition gets starts[partition] + i * stride or, if
/// `starts` is empty, partition + i * stride.
template <class T>
class IndexedRDD final : public OneInputOperator<T, std::pair<T, std::int64_t>> {
  using Base = typename IndexedRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "IndexedRDD";
  using Parameters = detail::Parameters<std::vector<std::int64_t>, std::int64_t>;

  IndexedRDD(const typename Base::Inputs& inputs, std::vector<std::int64_t> starts, std::int64_t stride)
      : Base(inputs), starts_(std::move(starts)), stride_(stride) {}

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<std::pair<T, std::int64_t>>& out) override {
    std::int64_t next = starts_.empty() ? static_cast<std::int64_t>(partition) : starts_[partition];
    this->transformParent(task, partition, out, Yield::atMostOne,
                          [&next, this](std::span<T> batch, Emitter<std::pair<T, std::int64_t>>& emit) {
                            for (T& element : batch) {
                              emit(std::pair<T, std::int64_t>(std::move(element), next));
                              next += stride_;
                            }
                          });
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return this->parent().knownSize(partition);
  }

 private:
  std::vector<std::int64_t> starts_;
  std::int64_t stride_;
};

}  // namespace seltzer::detail
