#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/engine/block_source.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/storage_level.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// How an RDD computes its partitions, on a rank: built there from its type id and encoded parameters. Only
/// `Operator<T>` knows the element type.
class OperatorBase {
 public:
  /// What an operator is built from, besides its parameters. Its parents outlive it.
  struct Inputs {
    BlockSource& blocks;
    RDDId id;
    std::vector<OperatorBase*> parents;
  };
  using Factory = UniquePointer<OperatorBase> (*)(const Inputs&, WireReader& parameters);

  /// A type-erased function that pushes the elements of a partition, in place of `compute`: that of StoredPartitions,
  /// WrittenPartitions, or CheckpointRDD for an operator whose place it took.
  using RunStored = void (*)();

  explicit OperatorBase(const Inputs& inputs) : blocks_(&inputs.blocks), id_(inputs.id) {}
  OperatorBase(const OperatorBase&) = delete;
  OperatorBase& operator=(const OperatorBase&) = delete;
  virtual ~OperatorBase();

  RDDId id() const { return id_; }
  StorageLevel level() const { return level_; }
  BlockSource& blocks() const { return *blocks_; }

  /// Where WrittenPartitions writes.
  const std::string& checkpointFolder() const { return checkpointFolder_; }

  /// `function` is null only if there is neither a level nor a folder.
  virtual void setStorage(StorageLevel level, RunStored function, std::string folder);

  /// Whether `run` only computes a partition: it is not stored, written, or left to a replacement.
  bool isPlain() const { return runStored_ == nullptr; }

  /// From now on `run` of this operator is that of `other`, which took its place: children that exist refer to this
  /// one.
  void replaceBy(OperatorBase& other);

  /// What took its place.
  OperatorBase& replacement() const { return *replacement_; }

  /// The number of elements of a partition, if it is known without computing any.
  std::optional<std::size_t> knownSize(std::size_t partition) const;

  /// As `knownSize`, for what `compute` would produce.
  std::optional<std::size_t> computedSize(std::size_t partition) const { return sizeOf(partition); }

  /// The factory of operator type `Op`, for the registry.
  template <class Op>
  static UniquePointer<OperatorBase> build(const Inputs& inputs, WireReader& parameters) {
    return Op::Parameters::template make<OperatorBase, Op>(parameters, inputs);
  }

 protected:
  RunStored runStored() const { return runStored_; }

  /// A RunStored that runs the operator's `replacement()`.
  virtual RunStored runOfReplaced() const;

  /// `computedSize`; by default it is not known.
  virtual std::optional<std::size_t> sizeOf(std::size_t partition) const;

 private:
  BlockSource* blocks_;
  RDDId id_;
  StorageLevel level_ = StorageLevel::NONE;
  RunStored runStored_ = nullptr;
  std::string checkpointFolder_;
  OperatorBase* replacement_ = nullptr;
};

}  // namespace seltzer::detail
