#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <seltzer/operators/operator.hpp>

namespace seltzer::detail {

/// The partitions of several RDDs side by side.
template <class T>
class UnionRDD final : public OperatorWith<UnionRDD<T>, T, std::vector<std::uint64_t>> {
  using Base = OperatorWith<UnionRDD<T>, T, std::vector<std::uint64_t>>;

 public:
  static constexpr std::string_view kind = "UnionRDD";

  /// `partitions[i]` is parent i's number of partitions.
  UnionRDD(const typename Base::Inputs& inputs, std::vector<std::uint64_t> partitions) : Base(inputs) {
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      ends_.push_back(end += partitions[i]);
      parents_.push_back(parentOf<T>(inputs, i));
    }
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    const auto [parent, itsPartition] = find(partition);
    parent->run(task, itsPartition, out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const auto [parent, itsPartition] = find(partition);
    return parent->knownSize(itsPartition);
  }

 private:
  std::pair<Operator<T>*, std::size_t> find(std::size_t partition) const {
    const auto parent = static_cast<std::size_t>(std::ranges::upper_bound(ends_, partition) - ends_.begin());
    return {parents_[parent].get(), partition - (parent == 0 ? 0 : ends_[parent - 1])};
  }

  std::vector<std::uint64_t> ends_;  // of each parent's partitions among all
  std::vector<std::shared_ptr<Operator<T>>> parents_;
};

}  // namespace seltzer::detail
