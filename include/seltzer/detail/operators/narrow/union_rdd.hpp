#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// What does not depend on the type of elements in a union. In a chain of unions, as of a loop that adds an RDD in each
/// round, a partition is found in O(log(unions)) steps by jump pointers (E. Myers, An applicative random-access stack,
/// 1983). While any union is persisted or checkpointed, the chain is followed step by step, because such a union must
/// be asked for its own partitions.
class UnionOfPartitions {
 public:
  /// `rdd` is this union, `partitions[i]` its parent i's number of partitions.
  UnionOfPartitions(const OperatorBase& rdd, const std::vector<OperatorBase*>& parents,
                    const std::vector<std::uint64_t>& partitions);
  UnionOfPartitions(const UnionOfPartitions&) = delete;
  UnionOfPartitions& operator=(const UnionOfPartitions&) = delete;
  virtual ~UnionOfPartitions();

 protected:
  /// Call it before `isPlain` of the operator changes.
  void countPersisted(bool isPlain);

  /// The non-union, persisted or checkpointed ancestor that has a partition, and its index there.
  std::pair<OperatorBase*, std::size_t> find(std::size_t partition) const;

 private:
  /// A union among the ancestors, and where its partitions begin in this one.
  struct Ancestor {
    const UnionOfPartitions* rdd = nullptr;
    std::uint64_t begin = 0;

    bool has(std::size_t partition) const;
  };

  std::uint64_t partitions() const { return ends_.empty() ? 0 : ends_.back(); }
  void setJump(const UnionOfPartitions* parent, std::uint64_t begin);

  const OperatorBase& rdd_;
  std::vector<OperatorBase*> parents_;
  std::vector<std::uint64_t> ends_;  // where each parent's partitions end
  Ancestor jump_;
  std::size_t depth_ = 0;  // length of the chain of unions below, by first parents that are unions
};

/// Concatenates the partitions of several RDDs.
template <class T>
class UnionRDD final : public Operator<T>, public UnionOfPartitions {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "UnionRDD";
  using Parameters = detail::Parameters<std::vector<std::uint64_t>>;

  /// `partitions[i]` is parent i's number of partitions.
  UnionRDD(const typename Base::Inputs& inputs, const std::vector<std::uint64_t>& partitions)
      : Base(inputs), UnionOfPartitions(*this, inputs.parents, partitions) {}

  void setStorage(StorageLevel level, OperatorBase::RunStored function, std::string folder) override {
    countPersisted(function == nullptr);
    Base::setStorage(level, function, std::move(folder));
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    const auto [parent, itsPartition] = find(partition);
    static_cast<Operator<T>*>(parent)->run(task, itsPartition, out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    const auto [parent, itsPartition] = find(partition);
    return parent->knownSize(itsPartition);
  }
};

}  // namespace seltzer::detail
