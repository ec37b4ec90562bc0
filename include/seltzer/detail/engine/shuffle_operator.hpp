#pragma once

#include <cstddef>
#include <span>

#include <seltzer/detail/data/block/map_output.hpp>
#include <seltzer/detail/net/communicator.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>
#include <seltzer/task_context.hpp>

namespace seltzer::detail {

/// The output of the map task for one partition of a shuffle's parent.
struct MapTaskOutput {
  std::size_t partition = 0;
  UniquePointer<MapOutput> output;
};

/// The map side of a shuffle, implemented by operators with a ShuffleDependency. Steps, each on all ranks: 1. `write`
/// in a task for each partition of the parent, 2. `decide` once, 3. `cut`, 4. the outputs are exchanged and stored as
/// ShuffleBlocks for the tasks that compute this operator's partitions. In steps 2 and 3, exceptions of user functions
/// must be thrown as StageFailure.
class ShuffleOperator {
 public:
  virtual ~ShuffleOperator();

  /// Runs the map task for a partition of the parent.
  virtual UniquePointer<MapOutput> write(TaskContext& task, std::size_t partition) = 0;

  /// **Collective.** Called once every map task has succeeded, for decisions that need all outputs; `outputs` are this
  /// rank's, in partition order. May communicate; throws on all ranks or on none.
  virtual void decide(Communicator& communicator, std::span<const MapTaskOutput> outputs);

  /// Prepares this rank's outputs for the exchange according to `decide`. Does not communicate; may throw on one rank.
  virtual void cut(std::span<const MapTaskOutput> outputs);
};

}  // namespace seltzer::detail
