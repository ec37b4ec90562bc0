#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <seltzer/detail/operators/operator.hpp>

namespace seltzer::detail {

/// The number of persisted unions on this rank.
inline std::size_t persistedUnions = 0;

/// Concatenates the partitions of several RDDs. In a chain of unions, as of a loop that adds an RDD in each round, a
/// partition is found in O(log(unions)) steps by jump pointers (E. Myers, An applicative random-access stack, 1983).
/// While any union is persisted, the chain is followed step by step, because a persisted union must be asked for its
/// own partitions.
template <class T>
class UnionRDD final : public Operator<T> {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "UnionRDD";
  using Parameters = detail::Parameters<std::vector<std::uint64_t>>;

  /// `partitions[i]` is parent i's number of partitions.
  UnionRDD(const typename Base::Inputs& inputs, std::vector<std::uint64_t> partitions) : Base(inputs) {
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      parents_.push_back(&parentOf<T>(inputs, i));
      jumpBehind(dynamic_cast<const UnionRDD*>(parents_.back()), end);
      ends_.push_back(end += partitions[i]);
    }
  }

  ~UnionRDD() override { setLevel(StorageLevel::NONE, nullptr); }

  void setLevel(StorageLevel level, OperatorBase::RunStored stored) override {
    persistedUnions -= this->level() != StorageLevel::NONE ? 1 : 0;
    persistedUnions += level != StorageLevel::NONE ? 1 : 0;
    Base::setLevel(level, stored);
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
  /// A union among the ancestors, and where its partitions begin in this one.
  struct Ancestor {
    const UnionRDD* rdd = nullptr;
    std::uint64_t begin = 0;

    bool has(std::size_t partition) const {
      return rdd != nullptr && partition >= begin && partition - begin < rdd->partitions();
    }
  };

  std::uint64_t partitions() const { return ends_.empty() ? 0 : ends_.back(); }

  /// Sets the jump pointer, if `parent` is the first parent that is a union: past its own jump and the next one if
  /// these are equally long, otherwise to `parent`.
  void jumpBehind(const UnionRDD* parent, std::uint64_t begin) {
    if (parent == nullptr || jump_.rdd != nullptr) return;
    depth_ = parent->depth_ + 1;
    jump_ = {parent, begin};
    const Ancestor& first = parent->jump_;
    if (first.rdd == nullptr || first.rdd->jump_.rdd == nullptr) return;
    const Ancestor& second = first.rdd->jump_;
    if (parent->depth_ - first.rdd->depth_ != first.rdd->depth_ - second.rdd->depth_) return;
    jump_ = {second.rdd, begin + first.begin + second.begin};
  }

  /// The non-union or persisted ancestor that has a partition, and its index there.
  std::pair<Operator<T>*, std::size_t> find(std::size_t partition) const {
    for (const UnionRDD* at = this;;) {
      if (persistedUnions == 0 && at->jump_.has(partition)) {
        partition -= at->jump_.begin;
        at = at->jump_.rdd;
        continue;
      }
      const auto parent = static_cast<std::size_t>(std::ranges::upper_bound(at->ends_, partition) - at->ends_.begin());
      partition -= parent == 0 ? 0 : at->ends_[parent - 1];
      Operator<T>* const below = at->parents_[parent];
      at = below->level() == StorageLevel::NONE ? dynamic_cast<const UnionRDD*>(below) : nullptr;
      if (at == nullptr) return {below, partition};
    }
  }

  std::vector<std::uint64_t> ends_;  // where each parent's partitions end
  std::vector<Operator<T>*> parents_;
  Ancestor jump_;
  std::size_t depth_ = 0;  // length of the chain of unions below, by first parents that are unions
};

}  // namespace seltzer::detail
