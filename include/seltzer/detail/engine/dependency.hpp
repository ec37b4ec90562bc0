#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

#include <seltzer/detail/data/block/block_id.hpp>

namespace seltzer::detail {

class Lineage;

/// A half-open range of partition indices.
struct PartitionRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// How an RDD depends on one parent. A job's lineage is cut into stages at dependencies that are not narrow.
class Dependency {
 public:
  explicit Dependency(std::shared_ptr<Lineage> parent);
  Dependency(const Dependency&) = delete;
  Dependency& operator=(const Dependency&) = delete;
  virtual ~Dependency();

  const std::shared_ptr<Lineage>& parent() const { return parent_; }

  /// Hands the parent to the caller, who destroys this dependency next.
  std::shared_ptr<Lineage> releaseParent() { return std::move(parent_); }

  virtual bool isShuffle() const { return false; }

 private:
  std::shared_ptr<Lineage> parent_;
};

/// Each partition needs data from every partition of the parent, which a stage of its own writes and sends. The data
/// received for partition i is the block (`id()`, i).
class ShuffleDependency final : public Dependency {
 public:
  /// `id` must differ from the ids of all RDDs and other shuffles.
  ShuffleDependency(std::shared_ptr<Lineage> parent, RDDId id) : Dependency(std::move(parent)), id_(id) {}
  RDDId id() const { return id_; }
  bool isShuffle() const override { return true; }

 private:
  RDDId id_;
};

/// Each partition needs a contiguous range of the parent's partitions, computed in the same task.
class NarrowDependency : public Dependency {
 public:
  using Dependency::Dependency;

  virtual PartitionRange parents(std::size_t partition) const = 0;

  /// Whether the RDD concatenates the partitions of its parents in the order of its dependencies, with `children()`
  /// being those of this parent.
  virtual bool isSideBySide() const { return false; }

  /// The partitions that need this parent.
  virtual PartitionRange children() const { return {0, std::numeric_limits<std::size_t>::max()}; }

  /// Whether partition i needs exactly partition i, for every i.
  virtual bool isOneToOne() const { return false; }
};

class OneToOneDependency final : public NarrowDependency {
 public:
  using NarrowDependency::NarrowDependency;
  PartitionRange parents(std::size_t partition) const override { return {partition, partition + 1}; }
  bool isOneToOne() const override { return true; }
};

/// The parent's partitions among those of other parents: `count` of them, from index `first` on.
class RangeDependency final : public NarrowDependency {
 public:
  RangeDependency(std::shared_ptr<Lineage> parent, std::size_t first, std::size_t count)
      : NarrowDependency(std::move(parent)), first_(first), count_(count) {}
  PartitionRange parents(std::size_t partition) const override {
    if (partition < first_ || partition >= first_ + count_) return {};
    return {partition - first_, partition - first_ + 1};
  }
  bool isSideBySide() const override { return true; }
  PartitionRange children() const override { return {first_, first_ + count_}; }

 private:
  std::size_t first_;
  std::size_t count_;
};

/// Partition i of n takes the parent's partitions floor(i*P/n) up to floor((i+1)*P/n).
class CoalesceDependency final : public NarrowDependency {
 public:
  CoalesceDependency(std::shared_ptr<Lineage> parent, std::size_t parentPartitions, std::size_t partitions)
      : NarrowDependency(std::move(parent)), parentPartitions_(parentPartitions), partitions_(partitions) {}
  PartitionRange parents(std::size_t partition) const override;

 private:
  std::size_t parentPartitions_;
  std::size_t partitions_;
};

/// One side of a cartesian product: partition i*Q+j needs partition i of the left and j of the right parent.
class CartesianDependency final : public NarrowDependency {
 public:
  enum class Side { left, right };
  CartesianDependency(std::shared_ptr<Lineage> parent, Side side, std::size_t rightPartitions)
      : NarrowDependency(std::move(parent)), side_(side), rightPartitions_(rightPartitions) {}
  PartitionRange parents(std::size_t partition) const override {
    const std::size_t parent = side_ == Side::left ? partition / rightPartitions_ : partition % rightPartitions_;
    return {parent, parent + 1};
  }

 private:
  Side side_;
  std::size_t rightPartitions_;
};

}  // namespace seltzer::detail
