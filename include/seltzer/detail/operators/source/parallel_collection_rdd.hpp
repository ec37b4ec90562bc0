#pragma once

#include <string_view>

#include <seltzer/detail/operators/stored_partitions.hpp>

namespace seltzer::detail {

/// Elements that the driver scattered. They stay in wire form and are decoded at each use.
template <class T>
class ParallelCollectionRDD final : public Operator<T> {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "ParallelCollectionRDD";
  using Parameters = detail::Parameters<>;
  using Base::Base;

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<T>& out) override {
    pushBlock(task, this->id(), *block(partition), out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override { return block(partition)->records(); }

 private:
  std::shared_ptr<const Block> block(std::size_t partition) const {
    auto found = this->blocks().find({this->id(), partition});
    if (!found) throw std::logic_error("a partition of a parallelize was not scattered to the rank that computes it");
    return found;
  }
};

/// No partitions.
template <class T>
class EmptyRDD final : public Operator<T> {
  using Base = Operator<T>;

 public:
  static constexpr std::string_view kind = "EmptyRDD";
  using Parameters = detail::Parameters<>;
  using Base::Base;

 protected:
  void compute(TaskContext&, std::size_t, Sink<T>&) override {}
};

}  // namespace seltzer::detail
