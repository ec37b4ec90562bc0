#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/engine/block_source.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/storage_level.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// How one RDD computes its partitions, on a rank: built there from its id and its parameters' bytes. Its element type
/// is known to `Operator<T>` only.
class OperatorBase {
 public:
  /// What an operator is built from, but for its parameters. Its parents outlive it.
  struct Inputs {
    BlockSource& blocks;
    RDDId id;
    std::vector<OperatorBase*> parents;
  };
  using Factory = std::unique_ptr<OperatorBase> (*)(const Inputs&, WireReader& parameters);

  /// The `run` of some StoredPartitions: computes a partition unless it is stored, stores it, and pushes its elements.
  using RunStored = void (*)();

  explicit OperatorBase(const Inputs& inputs) : blocks_(&inputs.blocks), id_(inputs.id) {}
  OperatorBase(const OperatorBase&) = delete;
  OperatorBase& operator=(const OperatorBase&) = delete;
  virtual ~OperatorBase() = default;

  RDDId id() const { return id_; }
  StorageLevel level() const { return level_; }
  BlockSource& blocks() const { return *blocks_; }

  /// `stored` is not null where there is a level.
  virtual void setLevel(StorageLevel level, RunStored stored) {
    level_ = level;
    runStored_ = stored;
  }

  /// How many elements a partition has, where that is known without computing one.
  std::optional<std::size_t> knownSize(std::size_t partition) const;

  /// The factory of operator type `Op`, for the registry.
  template <class Op>
  static std::unique_ptr<OperatorBase> build(const Inputs& inputs, WireReader& parameters) {
    return Op::Parameters::template make<OperatorBase, Op>(parameters, inputs);
  }

 protected:
  RunStored runStored() const { return runStored_; }

  /// As `knownSize`, of what the operator computes.
  virtual std::optional<std::size_t> sizeOf(std::size_t /*partition*/) const { return std::nullopt; }

 private:
  BlockSource* blocks_;
  RDDId id_;
  StorageLevel level_ = StorageLevel::NONE;
  RunStored runStored_ = nullptr;
};

}  // namespace seltzer::detail
