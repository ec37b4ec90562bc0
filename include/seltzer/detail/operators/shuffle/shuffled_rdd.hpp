#pragma once

#include <memory>
#include <string_view>

#include <seltzer/detail/engine/shuffle_operator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/detail/operators/key_partitioner.hpp>
#include <seltzer/detail/operators/operator.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_read.hpp>
#include <seltzer/detail/operators/shuffle/shuffle_write.hpp>

namespace seltzer::detail {

/// The pairs of an RDD, partitioned by key; within a partition in the order of the parent.
template <class T>
class ShuffledRDD final : public OneInputOperator<T, Owned<T>>, public ShuffleOperator {
  using Key = Owned<typename T::first_type>;
  using Out = Owned<T>;
  using Base = typename ShuffledRDD::OneInputOperator;

 public:
  static constexpr std::string_view kind = "ShuffledRDD";
  using Parameters = detail::Parameters<RDDId, PartitionerParameter<Owned<typename T::first_type>>>;

  ShuffledRDD(const typename Base::Inputs& inputs, RDDId shuffle, PartitionerParameter<Key> partitioner)
      : Base(inputs), shuffle_(shuffle), partitioner_(partitioner.partitioner) {}

  UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) override {
    return writePairs(task, this->id(), this->parent(), partition, *partitioner_,
                      [](WireWriter& writer, const T& pair) { writer << pair; });
  }

 protected:
  void compute(TaskContext& task, std::size_t partition, Sink<Out>& out) override {
    pushSegments(task, this->id(), shuffleBlockOf(this->blocks(), {shuffle_, partition})->segments(), out);
  }

  std::optional<std::size_t> sizeOf(std::size_t partition) const override {
    return shuffleBlockOf(this->blocks(), {shuffle_, partition})->records();
  }

 private:
  RDDId shuffle_;
  std::shared_ptr<const KeyPartitioner<Key>> partitioner_;
};

}  // namespace seltzer::detail
