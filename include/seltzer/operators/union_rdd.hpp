#pragma once

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
  UnionRDD(const typename Base::Inputs& inputs, std::vector<std::uint64_t> partitions)
      : Base(inputs), partitions_(std::move(partitions)) {
    for (std::size_t i = 0; i < partitions_.size(); ++i) parents_.push_back(parentOf<T>(inputs, i));
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    std::size_t parent = 0;
    while (partition >= partitions_[parent]) partition -= partitions_[parent++];
    parents_[parent]->run(task, partition, out);
  }

 private:
  std::vector<std::uint64_t> partitions_;
  std::vector<std::shared_ptr<Operator<T>>> parents_;
};

}  // namespace seltzer::detail
