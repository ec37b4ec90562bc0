#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <seltzer/data/wire_reader.hpp>
#include <seltzer/functions/registry.hpp>
#include <seltzer/scheduler/block_source.hpp>
#include <seltzer/scheduler/storage_level.hpp>
#include <seltzer/scheduler/task_context.hpp>

namespace seltzer::detail {

/// How one RDD computes its partitions, on a rank: built there from its id and its parameters' bytes. Its element type
/// is known to `Operator<T>` only.
class OperatorBase {
 public:
  /// What an operator is built from.
  struct Inputs {
    BlockSource& blocks;
    RDDId id;
    std::vector<std::shared_ptr<OperatorBase>> parents;
    WireReader& parameters;
  };
  using Factory = std::shared_ptr<OperatorBase> (*)(Inputs&);

  explicit OperatorBase(const Inputs& inputs) : blocks_(&inputs.blocks), id_(inputs.id) {}
  OperatorBase(const OperatorBase&) = delete;
  OperatorBase& operator=(const OperatorBase&) = delete;
  virtual ~OperatorBase() = default;

  RDDId id() const { return id_; }
  StorageLevel level() const { return level_; }
  virtual void setLevel(StorageLevel level) { level_ = level; }

  /// The factory of operator type `Op`, for the registry.
  template <class Op>
  static std::shared_ptr<OperatorBase> build(Inputs& inputs) {
    return Op::make(inputs);
  }

 protected:
  BlockSource& blocks() const { return *blocks_; }

 private:
  BlockSource* blocks_;
  RDDId id_;
  StorageLevel level_ = StorageLevel::NONE;
};

}  // namespace seltzer::detail
